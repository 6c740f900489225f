using System.Net.Sockets;
using System.Text;

namespace Net.Async;

/// <summary>Unix socket paths: their limit, and their text form.</summary>
internal static class UnixPaths
{
    /// <summary>Bytes a path may have: <c>sun_path</c> less the closing NUL (unix(7)); an abstract name may use all of it.</summary>
    public static int MaxBytes { get; } = OperatingSystem.IsMacOS() ? 103 : 107;

    /// <summary>Makes the end point of <c>/path</c> or <c>@abstract</c>; says why not, in words, when it cannot be one.</summary>
    public static UnixDomainSocketEndPoint? TryCreate(ReadOnlySpan<char> text, out string? problem)
    {
        problem = null;
        if (text.IsEmpty || text is "@")
            problem = "the path is empty";
        else if (text.Contains('\0'))
            problem = "the path has a NUL";
        else if (text[0] == '@' && !OperatingSystem.IsLinux())
            problem = "abstract names exist on Linux only";
        else if (Encoding.UTF8.GetByteCount(text) is var count && count > Limit(text))
            problem = $"the path has {count} bytes, the limit is {Limit(text)}";
        if (problem is not null)
            return null;
        return new UnixDomainSocketEndPoint(text[0] == '@' ? string.Concat("\0", text[1..]) : text.ToString());
    }

    /// <summary>An abstract name begins with NUL; as text the base class library shows it like a file of that name.</summary>
    public static bool IsAbstract(this UnixDomainSocketEndPoint endPoint) => endPoint.Serialize() is { Size: > 2 } address && address[2] == 0;

    /// <summary>The path as connect(2) reads it, to the first NUL and with it, so that every reader takes the same one; only the NUL for an abstract name, and for none.</summary>
    public static byte[] FilePath(this UnixDomainSocketEndPoint endPoint)
    {
        var address = endPoint.Serialize();
        var bytes = address.Buffer.Span[2..address.Size];
        return [.. bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes, 0];
    }

    /// <summary>The text that <see cref="TryCreate"/> reads back.</summary>
    public static string Format(UnixDomainSocketEndPoint endPoint)
    {
        var text = endPoint.ToString();
        return text.StartsWith('@') && !endPoint.IsAbstract() ? "./" + text : text;
    }

    // The '@' stands for the leading NUL, and no closing one follows.
    private static int Limit(ReadOnlySpan<char> text) => text[0] == '@' ? MaxBytes + 1 : MaxBytes;
}
