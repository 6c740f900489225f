using Orleans.Configuration;

namespace Net.Async;

/// <summary>Gives a connection room for the messages that Orleans allows.</summary>
/// <remarks>Orleans reads a message only when all of it is there, and flushes after several: the bounds of the pipes must not be lower than its own, or a message that it allows ends the connection.</remarks>
internal static class MessageRoom
{
    private const int Framing = 8;               // the two lengths
    private const int MessagesBetweenFlushes = 4; // of 10.4: the capacity of what Orleans has in flight
    private const int Spare = 1024 * 1024;        // what a receive brings along of the next message, and what a writer asks for ahead

    /// <summary>Raises the bounds of the options where they are lower.</summary>
    public static void Raise(ConnectionOptions options, MessagingOptions messaging)
    {
        var message = (long)Framing + messaging.MaxMessageHeaderSize + messaging.MaxMessageBodySize;
        var buffers = options.Buffers;
        buffers.MaxUnconsumedBytes = Math.Max(buffers.MaxUnconsumedBytes, message + Spare);
        buffers.MaxUnflushedBytes = Math.Max(buffers.MaxUnflushedBytes, (MessagesBetweenFlushes * message) + Spare);
    }
}
