using System.Buffers;
using System.Globalization;
using System.Text;

namespace Net.Async;

/// <summary>The head of the answer to a CONNECT (RFC 9112, 4 and 5), taken byte by byte, so that the bytes behind it stay where they are.</summary>
/// <param name="maxBytes">How many bytes it may have, interim answers included.</param>
internal sealed class ConnectResponse(int maxBytes)
{
    private const int MostOfAReason = 100;

    // RFC 9110, 5.6.2.
    private static readonly SearchValues<byte> s_token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private readonly ArrayBufferWriter<byte> _line = new();
    private int _count;
    private int _status;
    private string _reason = "";

    /// <summary>Whether the head of the final answer is there.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why it is none, as the rest of a sentence; null when nothing is wrong so far.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the answer says, once it is whole.</summary>
    public ProxyAnswer Answer => _status switch
    {
        // Any 2xx has connected; a length or an encoding that it names is ignored (RFC 9110, 9.3.6).
        >= 200 and < 300 => ProxyAnswer.Connected,
        401 or 403 or 407 => Refusal(ConnectionError.AccessDenied),
        404 => Refusal(ConnectionError.HostNotFound),
        405 or 501 => Refusal(ConnectionError.NotSupported),
        408 or 504 => Refusal(ConnectionError.TimedOut),
        429 or 503 => Refusal(ConnectionError.ResourceShortage),
        502 => Refusal(ConnectionError.HostUnreachable),
        _ => Refusal(ConnectionError.Unknown),
    };

    /// <summary>Takes bytes until the head is whole, or wrong.</summary>
    /// <returns>Where the bytes begin that it has not taken.</returns>
    public SequencePosition Take(ReadOnlySequence<byte> bytes)
    {
        var taken = 0L;
        foreach (var piece in bytes)
        {
            for (var i = 0; i < piece.Length; i++, taken++)
            {
                if (IsWhole || Problem is not null)
                    return bytes.GetPosition(taken);
                Take(piece.Span[i]);
            }
        }

        return bytes.GetPosition(taken);
    }

    private void Take(byte value)
    {
        var line = _line.WrittenSpan;
        if (++_count > maxBytes)
            Problem = $"has more than {maxBytes} bytes";
        else if ((line.Length > 0 && line[^1] == '\r') != (value == '\n'))
            Problem = "has a line that does not end with a carriage return and a line feed";
        else if (value == '\n')
            EndLine(line[..^1]);
        else if (value is 0 or 0x7F or (< 0x20 and not ((byte)'\t' or (byte)'\r')))
            Problem = $"has the byte 0x{value:X2}";
        else
            _line.Write([value]);
    }

    private void EndLine(ReadOnlySpan<byte> line)
    {
        if (_status == 0)
            ReadStatus(line);
        else if (line.IsEmpty)
            End();
        else if (!IsHeader(line))
            Problem = "has a line that is no header";
        _line.ResetWrittenCount();
    }

    private static bool IsHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        return colon > 0 && !line[..colon].ContainsAnyExcept(s_token);
    }

    // An interim answer is followed by another (RFC 9110, 15.2).
    private void End()
    {
        IsWhole = _status >= 200;
        if (!IsWhole)
            _status = 0;
    }

    private void ReadStatus(ReadOnlySpan<byte> line)
    {
        // HTTP/1.1 200 Connection established. The blank behind the number may be missing with the reason.
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || !char.IsAsciiDigit((char)line[7]) || line[8] != ' ' || (line.Length > 12 && line[12] != ' ')
            || line[9..12].ContainsAnyExceptInRange((byte)'0', (byte)'9') || line[9] is < (byte)'1' or > (byte)'5')
        {
            Problem = "does not begin with HTTP/1.1 and a status";
            return;
        }

        _status = int.Parse(line[9..12], NumberStyles.None, CultureInfo.InvariantCulture);
        _reason = line.Length > 13 ? ShownReason(line[13..]) : "";
    }

    private static string ShownReason(ReadOnlySpan<byte> reason) => Encoding.Latin1.GetString(reason[..Math.Min(reason.Length, MostOfAReason)]);

    private ProxyAnswer Refusal(ConnectionError error) => new(error, FormattableString.Invariant($"the proxy answers {_status}{(_reason.Length > 0 ? " " : "")}{_reason}"));
}
