using System.Text;

namespace Net.Async;

/// <summary>A file's text, read again when the file has changed. Links are followed each time: a configuration is often replaced by turning one.</summary>
/// <param name="path">Where it is.</param>
/// <param name="most">How many octets are read.</param>
internal sealed class WatchedFile(string path, int most)
{
    // A second change within the clock's step leaves the same time. (The step of most file systems is a few milliseconds.)
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(2);

    private (DateTimeOffset Written, long Length)? _seen;

    /// <summary>A character for each octet; empty when there is no such file.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Why there is no text; null when there is.</summary>
    public string? Error { get; private set; }

    /// <summary>Looks whether it has changed; false when <see cref="Text"/> and <see cref="Error"/> are what they were.</summary>
    public bool Refresh()
    {
        var (text, error) = (Text, Error);
        try
        {
            using var file = File.OpenHandle(path);
            DateTimeOffset written = File.GetLastWriteTimeUtc(file);
            var seen = (written, RandomAccess.GetLength(file));
            if (_seen == seen && Error is null)
                return false;
            (Text, Error) = (Read(file), null);
            // The files of /proc have neither time nor length.
            _seen = seen.Item2 > 0 && TimeProvider.System.GetUtcNow() - written > s_settled ? seen : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            (Text, Error, _seen) = ("", exception is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : "it cannot be read", null);
        }

        return text != Text || error != Error;
    }

    private string Read(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[Math.Min(most, 1 << 16)];
        while (RandomAccess.Read(file, buffer, bytes.Length) is > 0 and var count)
        {
            bytes.Write(buffer, 0, (int)Math.Min(count, most - bytes.Length));
            if (bytes.Length == most)
            {
                DnsEventSource.Log.FileTooLong(path, most);
                break;
            }
        }

        return Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
