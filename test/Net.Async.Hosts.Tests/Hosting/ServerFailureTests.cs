using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Net.Async.Tests.Hosting;

/// <summary>A server whose listening fails for good is a failure of the host.</summary>
public sealed class ServerFailureTests : LeakCheck
{
    [Fact]
    public async Task Listening_FailsForGood_StopsTheHostWithTheFailure()
    {
        var listener = new BreakingListener();
        await using var host = await TestHost.StartAsync(builder => builder.Services.AddServer("broken", TestHost.Echo).UseListener(_ => listener));
        var stopping = host.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

        listener.Break();
        await Eventually.FiresAsync("the host's stop", stopping);
        var error = await Assert.ThrowsAsync<AggregateException>(() => host.Host.StopAsync()).Soon();

        Assert.Contains("A server's listening failed for good.", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(HostedServerStatus.Failed, host.Hosted("broken").Status);
        Assert.Contains(host.Log.Of("broken"), static record => record.Id.Id == 16);
    }

    [Fact]
    public async Task Listening_FailsWhereFailuresAreIgnored_LeavesTheHost()
    {
        var listener = new BreakingListener();
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.Configure<HostOptions>(static options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
            builder.Services.AddServer("broken", TestHost.Echo).UseListener(_ => listener);
        });

        listener.Break();
        await Eventually.IsAsync(() => host.Hosted("broken").Status == HostedServerStatus.Failed, "the failure");

        Assert.False(host.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
    }

    /// <summary>Accepts no client, and fails when it is told to.</summary>
    private sealed class BreakingListener : TransportListener
    {
        private readonly TaskCompletionSource<TransportStream> _accepting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

        public void Break() => _accepting.TrySetException(new SocketException((int)SocketError.NotSocket));

        public override void Start(int backlog)
        {
        }

        public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken) => await _accepting.Task.WaitAsync(cancellationToken);

        public override void Close() => _accepting.TrySetException(new SocketException((int)SocketError.OperationAborted));
    }
}
