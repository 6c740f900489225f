namespace Net.Async;

/// <summary>Octets that are no DNS message, or one that would cost more than a message may.</summary>
/// <param name="message">What is wrong with them.</param>
internal sealed class MalformedMessageException(string message) : FormatException(message);
