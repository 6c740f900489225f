using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Net.Async.Tests.Io.Reactor;

/// <summary>A client that has bound itself to a path without room for its NUL: the kernel gives a name longer than its own structure.</summary>
public sealed partial class UnixPeerNameTests : LeakCheck
{
    private const int Family = 1, LongestPath = 108;

    [ReactorFact]
    public async Task AcceptAsync_ClientBoundToTheLongestPath_HasItsName()
    {
        var directory = Directory.CreateTempSubdirectory("na");
        try
        {
            var path = Path.Combine(directory.FullName, "c").PadRight(LongestPath, 'x');
            var listener = new ReactorEngine().Bind(new UnixDomainSocketEndPoint(Path.Combine(directory.FullName, "s")), ServerOptions.Default.ToListenSettings());
            listener.Start(1);
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            BindTo(client, path);
            client.Connect(listener.LocalEndPoint);
            var stream = await listener.AcceptAsync(CancellationToken.None).AsTask().Soon();
            Assert.Equal(path, stream.RemoteEndPoint!.ToString());
            stream.Close();
            listener.Close();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    // The base class library's end point has no such path.
    private static void BindTo(Socket socket, string path)
    {
        var address = new byte[sizeof(ushort) + LongestPath];
        BitConverter.TryWriteBytes(address, (ushort)Family);
        Encoding.UTF8.GetBytes(path, address.AsSpan(sizeof(ushort)));
        Assert.Equal(0, Bind((int)socket.Handle, address, address.Length));
    }

    [LibraryImport("libc", EntryPoint = "bind")]
    private static partial int Bind(int descriptor, byte[] address, int length);
}
