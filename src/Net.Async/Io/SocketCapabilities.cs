namespace Net.Async;

/// <summary>What a socket can do, whatever the engine.</summary>
internal static class SocketCapabilities
{
    private const ConnectionCapabilities Both = ConnectionCapabilities.HalfClose | ConnectionCapabilities.Socket | ConnectionCapabilities.DetectsPeerClose;

    private static readonly ConnectionCapabilities s_unix = OperatingSystem.IsLinux() ? Both | ConnectionCapabilities.PeerCredentials : Both;

    public static ConnectionCapabilities Of(bool isTcp) => isTcp ? Both | ConnectionCapabilities.Reset | ConnectionCapabilities.TcpOptions : s_unix;
}
