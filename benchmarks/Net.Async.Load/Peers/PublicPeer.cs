using System.Net;

namespace Net.Async.Load;

/// <summary>Ours as it faces strangers: each line is answered with 64 bytes, and the line "big" with a mebibyte.</summary>
internal sealed class PublicPeer : EchoPeer
{
    private static readonly byte[] s_answer = Payload.CreateLine(64);
    private static readonly byte[] s_bigAnswer = Payload.CreateLine(1024 * 1024);

    private readonly Server _server;
    private readonly Task _serving;

    public PublicPeer(EndPoint endPoint)
    {
        _server = Server.Listen(endPoint, Options());
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

    private static ServerOptions Options() => ServerOptions.Public();

    // What has come of a line is in the pipe until its end comes.
    private static async Task AnswerAsync(Connection connection, CancellationToken cancellationToken)
    {
        while (await connection.ReadLineAsync(cancellationToken: cancellationToken) is { } line)
            await connection.Output.WriteAsync(line == "big" ? s_bigAnswer : s_answer, cancellationToken);
    }
}
