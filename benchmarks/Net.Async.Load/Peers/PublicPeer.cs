using System.Net;

namespace Net.Async.Load;

/// <summary>Ours as it faces strangers: each line is answered with 64 bytes, and the line "big" with a mebibyte. A client that sends nothing does not get beyond the upgrade.</summary>
internal sealed class PublicPeer : EchoPeer
{
    private static readonly byte[] s_answer = Payload.CreateLine(64);
    private static readonly byte[] s_bigAnswer = Payload.CreateLine(1024 * 1024);

    private readonly Server _server;
    private readonly Task _serving;

    /// <param name="endPoint">Where to listen.</param>
    /// <param name="limitsAddresses">False: any number of clients may come from one address, to show the other limits.</param>
    public PublicPeer(EndPoint endPoint, bool limitsAddresses = true)
    {
        _server = Server.Listen(endPoint, Options(limitsAddresses));
        _serving = _server.ServeAsync(AnswerAsync);
    }

    public override EndPoint EndPoint => _server.LocalEndPoint;

    public override string Counters =>
        $"connections={_server.ConnectionCount} max={_server.MaxConnections?.ToString() ?? "none"} dropped={_server.Dropped} denied={_server.Denied} failures={_server.HandlerFailures}";

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _serving;
    }

    private static ServerOptions Options(bool limitsAddresses)
    {
        var options = ServerOptions.Public() with { Upgrade = new UpgradeOptions { Steps = [new FirstByte()] } };
        return limitsAddresses ? options : options with { Limits = options.Limits with { ConnectionsPerIPv4Address = null, ConnectionsPerIPv4Network = null } };
    }

    // What has come of a line is in the pipe until its end comes.
    private static async Task AnswerAsync(Connection connection, CancellationToken cancellationToken)
    {
        while (await connection.ReadLineAsync(cancellationToken: cancellationToken) is { } line)
            await connection.Output.WriteAsync(line == "big" ? s_bigAnswer : s_answer, cancellationToken);
    }

    /// <summary>A handshake in its smallest form: the client speaks first.</summary>
    private sealed class FirstByte : ConnectionUpgrade
    {
        public override async ValueTask<TransportStream> UpgradeAsync(TransportStream stream, CancellationToken cancellationToken)
        {
            while (stream.Peek().IsWouldBlock)
                await stream.WaitReadableAsync().AsTask().WaitAsync(cancellationToken);
            return stream;
        }
    }
}
