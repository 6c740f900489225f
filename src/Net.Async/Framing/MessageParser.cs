using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Net.Async;

/// <summary>Takes the message at the beginning of what was received.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="buffer">What was received. On success it is set to what follows the message; bytes that it skips without a message are taken, too.</param>
/// <param name="message">The message, which must not refer to the buffer.</param>
/// <returns>False when more bytes are needed.</returns>
/// <exception cref="FormatException">The bytes are no message; the message says why. The reader reports it as <see cref="ConnectionError.InvalidData"/>.</exception>
public delegate bool MessageParser<T>(ref ReadOnlySequence<byte> buffer, [MaybeNullWhen(false)] out T message);
