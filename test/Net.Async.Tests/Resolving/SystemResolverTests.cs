using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using InFlight = System.Collections.Concurrent.ConcurrentDictionary<(string Host, System.Net.Sockets.AddressFamily Family), System.Lazy<System.Threading.Tasks.Task<Net.Async.ResolveResult>>>;

namespace Net.Async.Tests;

/// <summary>Only <c>localhost</c> is ever looked up: no question leaves the machine.</summary>
public class SystemResolverTests
{
    private readonly SystemResolver _resolver = new();
    private readonly TaskCompletionSource<ResolveResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task ResolveAsync_LocalhostIPv4_IsLoopback() =>
        Assert.Equal([IPAddress.Loopback], await _resolver.ResolveAsync("localhost", AddressFamily.InterNetwork).AsTask().WaitAsync(Eventually.Limit));

    [Fact]
    public async Task ResolveAsync_LocalhostAnyFamily_IsLoopbackOnly()
    {
        var addresses = await _resolver.ResolveAsync("localhost", AddressFamily.Unspecified).AsTask().WaitAsync(Eventually.Limit);

        Assert.NotEmpty(addresses);
        Assert.All(addresses, static address => Assert.True(IPAddress.IsLoopback(address), address.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task ResolveAsync_EmptyHost_Throws(string? host)
    {
        var exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => _resolver.ResolveAsync(host!, AddressFamily.Unspecified).AsTask());

        Assert.Equal("host", exception.ParamName);
    }

    [Fact]
    public async Task ResolveAsync_CancelledBefore_LooksNothingUp()
    {
        var token = new CancellationToken(canceled: true);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _resolver.ResolveAsync("localhost", AddressFamily.InterNetwork, token).AsTask());

        Assert.Equal(token, exception.CancellationToken);
        Assert.Empty(LookUpsOf(_resolver));
    }

    [Fact]
    public async Task ResolveAsync_Answered_IsForgotten()
    {
        await _resolver.ResolveAsync("localhost", AddressFamily.InterNetwork).AsTask().WaitAsync(Eventually.Limit);

        // An answer is not kept: the next look-up sees a changed hosts file.
        Assert.Empty(LookUpsOf(_resolver));
    }

    [Fact]
    public async Task ResolveAsync_SameLookUpInFlight_SharesIt()
    {
        Plant("localhost", AddressFamily.InterNetwork);
        var query = new ResolveQuery("localhost", AddressFamily.InterNetwork);
        var one = _resolver.ResolveAsync(query).AsTask();
        var other = _resolver.ResolveAsync(query).AsTask();
        Assert.False(one.IsCompleted || other.IsCompleted);

        var answer = new ResolveResult([IPAddress.Parse("127.0.0.9")]);
        _answer.SetResult(answer);

        Assert.Same(answer, await one.WaitAsync(Eventually.Limit));
        Assert.Same(answer, await other.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task ResolveAsync_AnotherFamilyInFlight_AsksForItself()
    {
        Plant("localhost", AddressFamily.InterNetworkV6);

        Assert.Equal([IPAddress.Loopback], await _resolver.ResolveAsync("localhost", AddressFamily.InterNetwork).AsTask().WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task ResolveAsync_OneOfTwoCancelled_ReturnsAtOnceAndLeavesTheOther()
    {
        Plant("localhost", AddressFamily.InterNetwork);
        using var source = new CancellationTokenSource();
        var cancelled = _resolver.ResolveAsync("localhost", AddressFamily.InterNetwork, source.Token).AsTask();
        var other = _resolver.ResolveAsync("localhost", AddressFamily.InterNetwork).AsTask();

        await source.CancelAsync();

        // The look-up has not ended and is not waited for.
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Eventually.Limit));
        Assert.Equal(source.Token, exception.CancellationToken);
        Assert.False(other.IsCompleted);
        _answer.SetResult(ResolveResult.Empty);
        Assert.Empty(await other.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public void System_Always_IsTheSame()
    {
        Assert.IsType<SystemResolver>(Resolver.Default);
        Assert.Same(Resolver.Default, Resolver.Default);
    }

    // A look-up that the operating system answers when the test wants it to; a real one is over before a second one can join it.
    private void Plant(string host, AddressFamily family) => Assert.True(LookUpsOf(_resolver).TryAdd((host, family), new(() => _answer.Task)));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_inFlight")]
    private static extern ref InFlight LookUpsOf(SystemResolver resolver);
}
