using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Where .NET keeps the sockets of named pipes on Linux. It decides that once, when the process first uses a pipe: what TMPDIR says later does not count.</summary>
/// <remarks>Found out with a pipe of our own: its client asks the kernel for the address that it is connected to.</remarks>
internal static class PipePaths
{
    private static readonly Lock s_lock = new();
    private static string? s_prefix;

    /// <summary>The socket of a pipe.</summary>
    /// <exception cref="ArgumentException">With the directory before it the name is too long for a socket.</exception>
    /// <exception cref="IOException">No pipe can be made there; so does SocketException and UnauthorizedAccessException.</exception>
    public static UnixDomainSocketEndPoint Of(NamedPipeEndPoint pipe)
    {
        var path = Prefix() + pipe.PipeName;
        return UnixPaths.TryCreate(path, out var problem) ?? throw new ArgumentException($"'{pipe.PipeName}' cannot be a pipe name here, since its socket would be {path}: {problem}.");
    }

    /// <summary>The same for a client; null where no pipe can be made to find out, in a directory that may only be read for example.</summary>
    public static UnixDomainSocketEndPoint? TryFind(NamedPipeEndPoint pipe)
    {
        try
        {
            return Of(pipe);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            return null;
        }
    }

    private static string Prefix()
    {
        lock (s_lock)
            return s_prefix ??= Find();
    }

    private static string Find()
    {
        var name = "net-async-" + Guid.NewGuid().ToString("N");
        using var server = new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        using var client = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        client.Connect(TimeSpan.Zero);
        var path = SocketName.Remote((int)client.SafePipeHandle.DangerousGetHandle())?.ToString();
        return path is not null && path.EndsWith(name, StringComparison.Ordinal) ? path[..^name.Length] : throw new SocketException((int)SocketError.AddressFamilyNotSupported);
    }
}
