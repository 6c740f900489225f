using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Net.Async.Testing;

namespace Net.Async.Tests.NodeNet;

/// <summary>Every way to write, in every state, ended in every way, on every transport and both engines; judged at the peer, which is a bare socket where there is one.</summary>
public class WriteEndsTests : LeakCheck
{
    private static readonly int[] s_buffers = [16 * 1024, 512 * 1024];

    private readonly Payload _small = Payload.Create(1000);
    private readonly Payload _forPipes = Payload.Create(500_000);
    private readonly Dictionary<int, Payload> _large = s_buffers.ToDictionary(size => size, size => Payload.Create(6 * size));
    private readonly SortedDictionary<string, Dictionary<string, List<(string Outcome, string Transport)>>> _outcomes = new(StringComparer.Ordinal);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var payload in _large.Values.Append(_small).Append(_forPipes))
            File.Delete(payload.Path);
    }

    [Fact]
    public async Task EveryWrite_InEveryStateByEveryEnd_IsAsVerified()
    {
        foreach (var engine in new IoEngine?[] { new ManagedEngine(), ReactorProbe.Obstacle() is null ? new ReactorEngine() : null })
        {
            if (engine is null)
                continue;
            foreach (var buffer in s_buffers)
            {
                await PlayAsync(engine, "TCP", "127.0.0.1:0", buffer);
                await PlayAsync(engine, "Unix", "unix:" + Path.Combine(Path.GetTempPath(), Unique()), buffer);
                await PlayAsync(engine, "Unix", "unix:@" + Unique(), buffer);
                await PlayAsync(engine, "pipe", "pipe:" + Unique(), buffer);
            }
        }

        await PlayInMemoryAsync();
        await Verifier.Verify(Describe());
    }

    // All cases of one transport at once. One server gives a close its time, and one does not.
    private async Task PlayAsync(IoEngine engine, string transport, string endPoint, int buffer)
    {
        var cases = Cases();
        var tuned = new ConnectionOptions { Buffers = { SendBufferSize = transport == "pipe" ? null : buffer } };
        await using var patient = Start(engine, endPoint, new ServerOptions { Connection = tuned with { Close = tuned.Close with { Timeout = Eventually.Limit } } });
        await using var late = Start(engine, endPoint + (endPoint.EndsWith(":0", StringComparison.Ordinal) ? "" : "l"), new ServerOptions { Connection = tuned with { Close = tuned.Close with { Timeout = TimeSpan.FromMilliseconds(200) } } });
        await PlayAsync(transport, cases, patient, late, transport == "pipe" ? _forPipes : _large[buffer], server => WritePeer.ConnectAsync(server.LocalEndPoint, buffer));
    }

    private async Task PlayInMemoryAsync()
    {
        var network = new MemoryNetwork();
        await using var patient = network.Listen(NetEndPoint.Loopback(0), new ServerOptions { Connection = new ConnectionOptions { Close = { Timeout = Eventually.Limit } } });
        await using var late = network.Listen(NetEndPoint.Loopback(0), new ServerOptions { Connection = new ConnectionOptions { Close = { Timeout = TimeSpan.FromMilliseconds(200) } } });
        await PlayAsync("memory", Cases(), patient, late, _large[s_buffers[0]], async server => WritePeer.Of(await network.Connector.ConnectAsync(server.LocalEndPoint)));
    }

    private async Task PlayAsync(string transport, WriteCase[] cases, Server patient, Server late, Payload large, Func<Server, Task<WritePeer>> connectAsync)
    {
        Task HandleAsync(Connection connection, CancellationToken token) => ServeAsync(connection, cases, large);
        var serving = Task.WhenAll(patient.ServeAsync(HandleAsync), late.ServeAsync(HandleAsync));
        var outcomes = await Task.WhenAll(cases.Select(async (one, number) =>
        {
            var peer = await connectAsync(one.End.IsLate ? late : patient);
            var name = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(name, number);
            await peer.SayAsync(name);
            return await one.ReadAsync(peer, _small, large);
        }));
        for (var i = 0; i < cases.Length; i++)
            Note(cases[i], outcomes[i], transport);
        await patient.StopAsync().Soon();
        await late.StopAsync().Soon();
        await serving.Soon();
    }

    private async Task ServeAsync(Connection connection, WriteCase[] cases, Payload large)
    {
        var name = await connection.Input.ReadAtLeastAsync(4);
        var bytes = new byte[4];
        name.Buffer.Slice(0, 4).CopyTo(bytes);
        connection.Input.AdvanceTo(name.Buffer.GetPosition(4));
        await cases[BinaryPrimitives.ReadInt32LittleEndian(bytes)].WriteAsync(connection, _small, large);
    }

    private void Note(WriteCase one, string outcome, string transport)
    {
        if (!_outcomes.TryGetValue(one.Row, out var ends))
            _outcomes[one.Row] = ends = [];
        if (!ends.TryGetValue(one.End.Name, out var seen))
            ends[one.End.Name] = seen = [];
        if (!seen.Contains((outcome, transport)))
            seen.Add((outcome, transport));
    }

    // Ends with the same outcome share their lines; the transports are named where they differ.
    private string Describe()
    {
        var text = new StringBuilder();
        foreach (var (row, ends) in _outcomes)
        {
            text.Append(row).Append('\n');
            foreach (var alike in WriteEnd.All.GroupBy(end => Describe(ends[end.Name]), end => end.Name))
                text.Append("    ").AppendJoin("; ", alike).Append('\n').Append(alike.Key);
        }

        return text.ToString();
    }

    private static string Describe(List<(string Outcome, string Transport)> seen)
    {
        var text = new StringBuilder();
        foreach (var outcome in seen.GroupBy(one => one.Outcome, one => one.Transport))
            text.Append("        ").Append(outcome.Key).Append(outcome.Count() == 4 ? "" : $" ({string.Join(", ", outcome)})").Append('\n');
        return text.ToString();
    }

    private static Server Start(IoEngine engine, string endPoint, ServerOptions options)
    {
        var server = new Server([engine.Bind(NetEndPoint.Parse(endPoint), new ListenSettings(options.Connection.ToSettings(), DualStack: false))], options);
        server.Start();
        return server;
    }

    private static WriteCase[] Cases() =>
        [.. from way in Enumerable.Range(0, WriteWays.All.Length) from state in WriteCase.States from end in WriteEnd.All select new WriteCase(way, state, end)];

    private static string Unique() => $"net-async-{Guid.NewGuid():N}"[..30];
}
