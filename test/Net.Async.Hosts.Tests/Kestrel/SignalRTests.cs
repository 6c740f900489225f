using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async.Tests.Kestrel;

/// <summary>SignalR: calls, streams and broadcasts, on each way that it knows.</summary>
[Collection(RowsCollection.Name)]
public class SignalRTests
{
    // How many requests a poll needs, and which side is the first to end, depends on who is faster.
    private static readonly Row[] s_rows =
    [
        new("WebSockets", static stage => PlayAsync(stage, HttpTransportType.WebSockets)) { Logs = LogRule.Free },
        new("server-sent events", static stage => PlayAsync(stage, HttpTransportType.ServerSentEvents)) { Logs = LogRule.Free },
        new("long polling", static stage => PlayAsync(stage, HttpTransportType.LongPolling)) { Logs = LogRule.Free },
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task SignalR_OnEachWay_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task PlayAsync(Stage stage, HttpTransportType way)
    {
        var app = await stage.StartAsync(new Setup
        {
            Services = static services => services.AddSignalR(),
            Map = static app => app.MapHub<Chat>("/chat"),
        });
        await using var first = await ConnectAsync(app, way);
        await using var second = await ConnectAsync(app, way);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        second.On<string>("said", heard.SetResult);
        Assert.Equal(5, await first.InvokeAsync<int>("Add", 2, 3).Soon());
        await first.InvokeAsync("Say", "hello").Soon();
        stage.Say("the other hears", await heard.Task.Soon());
        var numbers = new List<int>();
        await foreach (var number in first.StreamAsync<int>("Count", 100))
            numbers.Add(number);
        Assert.Equal(Enumerable.Range(0, 100), numbers);
        await first.StopAsync().Soon();
        await second.StopAsync().Soon();
    }

    private static async Task<HubConnection> ConnectAsync(KestrelApp app, HttpTransportType way)
    {
        var hub = new HubConnectionBuilder().WithUrl($"http://127.0.0.1:{app.Port()}/chat", options => options.Transports = way).Build();
        await hub.StartAsync().Soon();
        return hub;
    }

    private sealed class Chat : Hub
    {
        public int Add(int left, int right) => left + right;

        public Task Say(string text) => Clients.Others.SendAsync("said", text, Context.ConnectionAborted);

        public async IAsyncEnumerable<int> Count(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
    }
}
