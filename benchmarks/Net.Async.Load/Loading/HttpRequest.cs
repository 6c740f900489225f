using System.Globalization;
using System.Text;

namespace Net.Async.Load;

/// <summary>A request for a path as the message, so that a load of exchanges drives a web server as well.</summary>
internal static class HttpRequest
{
    private const string EndOfHeaders = "\r\n\r\n", Length = "\r\nContent-Length:";

    /// <summary>The request, and how many bytes answer it: one connection asks beforehand, and every other answer must be as long.</summary>
    /// <exception cref="LoadException">The server's answer is no success, or does not say its length.</exception>
    public static (byte[] Message, int AnswerLength) Create(LoadOptions options)
    {
        var text = Encoding.ASCII.GetBytes($"GET {options.Get} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var message = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        text.CopyTo(message, 0);
        return (message, Ask(options, message));
    }

    private static int Ask(LoadOptions options, byte[] message)
    {
        var descriptor = RawSocket.Dial(options.EndPoint.Serialize());
        if (descriptor == RawSocket.Failed)
            throw new LoadException($"The connection to {options.EndPoint} failed.");
        var received = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        var count = RawSocket.Send(descriptor, message, wait: true) == message.Length ? RawSocket.Receive(descriptor, received, wait: true) : 0;
        RawSocket.Close(descriptor);
        return AnswerLength(Encoding.ASCII.GetString(received, 0, Math.Max(0, count)), options.Get!);
    }

    private static int AnswerLength(string answer, string path)
    {
        var end = answer.IndexOf(EndOfHeaders, StringComparison.Ordinal);
        if (end < 0 || !answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal))
            throw new LoadException($"The answer to {path} is '{answer.Split('\r')[0]}'; it must begin with HTTP/1.1 200.");
        var start = answer.AsSpan(0, end).IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            throw new LoadException($"The answer to {path} does not say its length.");
        var number = answer.AsSpan(start + Length.Length, end - start - Length.Length);
        number = number.Contains('\r') ? number[..number.IndexOf('\r')] : number;
        return end + EndOfHeaders.Length + int.Parse(number.Trim(), CultureInfo.InvariantCulture);
    }
}
