using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Net.Async.Tests.Policies;

/// <summary>A guard for the sockets of one directory, and every path that leads out of it: judged by the file that the kernel opens, and dialled as that file.</summary>
public sealed class SocketDirectoriesTests : LeakCheck, IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sd-");
    private readonly ITestOutputHelper _output;

    public SocketDirectoriesTests(ITestOutputHelper output)
    {
        _output = output;
        foreach (var directory in (string[])["allowed/sub/deep", "allowed/dir", "outside/deep/er", "allowed-not"])
            Directory.CreateDirectory(At(directory));
        File.CreateSymbolicLink(At("allowed/out"), At("outside/deep"));
        File.CreateSymbolicLink(At("allowed/up"), "..");
        File.CreateSymbolicLink(At("allowed/file"), "../outside/s");
        File.CreateSymbolicLink(At("allowed/absolute"), At("outside/s"));
        File.CreateSymbolicLink(At("allowed/inner"), "sub");
        File.CreateSymbolicLink(At("allowed/inner-file"), At("allowed/g"));
        File.CreateSymbolicLink(At("allowed/loop"), "loop");
        File.CreateSymbolicLink(At("alias"), "allowed");
        File.CreateSymbolicLink(At("outside/back"), "../allowed");
    }

    // Kernel: ROOT/allowed/out is ROOT/outside/deep, and the step up from there ROOT/outside.
    private static string[] LeadOut =>
    [
        "allowed/out/../s", "allowed/out/er/../../s", "allowed/../outside/s", "allowed/./../outside/s", "allowed//..//outside/s", "allowed/sub/../../outside/s", "allowed/file", "allowed/absolute",
        "allowed/up/outside/s", "allowed/inner/../up/outside/s", "allowed/sub/deep/../../out/../s", "outside/s", "outside/./s", "outside/back/../outside/s", "alias/../outside/s", "alias/out/../s",
        "allowed-not/../outside/s", "allowed", "allowed/", "allowed/..", "allowed/loop", "allowed/g/../../outside/s", "allowed/out/../missing", "allowed/missing/../g", "missing/g",
    ];

    private static string[] StayInside =>
    [
        "allowed/g", "allowed//g", "allowed/./g", "allowed/sub/../g", "allowed/inner/../g", "allowed/inner-file", "alias/g", "outside/back/g", "allowed/up/allowed/g", "allowed/../allowed/g", "outside/../allowed/g",
        "allowed/out/../back/g",
    ];

    [LinuxFact]
    public async Task Path_LeadsOut_ReachesNoServer()
    {
        await using var secret = Listen("outside/s");
        await using var good = Listen("allowed/g");
        foreach (var text in LeadOut.SelectMany(Spellings))
        {
            var endPoint = new UnixDomainSocketEndPoint(text);
            Assert.False(IsAllowed(Policy(), endPoint), text);
            await AssertDeniedAsync(() => Connector().ConnectAsync(endPoint));
            await AssertDeniedAsync(() => Connector().ConnectSocketAsync(endPoint));
            await AssertDeniedAsync(() => Connector().ConnectAsync(endPoint, static (_, _) => new ValueTask<int>(1)));
            await AssertDeniedAsync(async () =>
            {
                using var bound = BoundSocket.Bind(new UnixDomainSocketEndPoint(At("b")), new BoundSocketOptions { Policy = Policy() });
                await bound.ConnectAsync(endPoint);
            });
        }

        await secret.NobodyCameAsync();
        await good.NobodyCameAsync();
    }

    [LinuxFact]
    public async Task Path_StaysInside_IsConnected()
    {
        await using var good = Listen("allowed/g");
        foreach (var text in StayInside.SelectMany(Spellings))
        {
            var endPoint = new UnixDomainSocketEndPoint(text);
            Assert.Equal("allowed by an allowed directory", Judge(Policy(), endPoint).ToString());
            await using (var client = await Connector().ConnectAsync(endPoint).Soon())
            {
                await (await good.AcceptAsync().Soon()).DisposeAsync();
                // The name that the server was bound to, and not the one that was dialled.
                Assert.Equal(good.LocalEndPoint.ToString(), client.RemoteEndPoint!.ToString());
            }

            using (var bound = BoundSocket.Bind(new UnixDomainSocketEndPoint(At("b")), new BoundSocketOptions { Policy = Policy() }))
            await using (var client = await bound.ConnectAsync(endPoint).Soon())
                await (await good.AcceptAsync().Soon()).DisposeAsync();
        }
    }

    [LinuxFact]
    public async Task DirectoryIsALink_ItsPlaceCounts()
    {
        await using var good = Listen("allowed/g");
        await using var secret = Listen("outside/s");
        var policy = Policy("alias");
        Assert.True(IsAllowed(policy, new(At("allowed/g"))));
        Assert.True(IsAllowed(policy, new(At("alias/g"))));
        Assert.False(IsAllowed(policy, new(At("alias/../outside/s"))));
        // As it is now, not as it was when the policy was made.
        File.Delete(At("alias"));
        File.CreateSymbolicLink(At("alias"), "outside");
        Assert.False(IsAllowed(policy, new(At("allowed/g"))));
        Assert.True(IsAllowed(policy, new(At("alias/s"))));
    }

    [LinuxFact]
    public async Task Path_WithNul_IsJudgedAsTheKernelReadsIt()
    {
        await using var good = Listen("allowed/g");
        await using var secret = Listen("outside/s");
        Assert.False(IsAllowed(Policy(), new(At("outside/s") + "\0/../allowed/g")));
        Assert.True(IsAllowed(Policy(), new(At("allowed/g") + "\0x")));
        Assert.False(IsAllowed(Policy(), new("\0" + At("allowed/g"))));
    }

    [LinuxFact]
    public Task FileIsSwapped_AfterItWasJudged_IsNotDialled() => SwapAsync(afterHolding: false);

    [LinuxFact]
    public Task FileIsSwapped_AfterItIsHeld_TheHeldOneIsDialled() => SwapAsync(afterHolding: true);

    private async Task SwapAsync(bool afterHolding)
    {
        await using var good = Listen("allowed/g");
        await using var secret = Listen("outside/s");
        var endPoint = new UnixDomainSocketEndPoint(At("allowed/g"));
        void Swap()
        {
            File.Move(At("allowed/g"), At("allowed/moved"), overwrite: true);
            File.CreateSymbolicLink(At("allowed/g"), At("outside/s"));
        }

        var swapped = 0;
        void SwapOnce()
        {
            if (Interlocked.Exchange(ref swapped, 1) == 0)
                Swap();
        }

        var options = new HappyEyeballsOptions
        {
            Policy = afterHolding ? new Swapping(Policy(), static () => { }) : new Swapping(Policy(), SwapOnce),
            Addresses = { ConfigureSocket = afterHolding ? (_, _) => SwapOnce() : null },
        };
        if (afterHolding)
        {
            // The file was held before: its new name does not matter.
            var connecting = new HappyEyeballsConnector(options).ConnectAsync(endPoint);
            await (await good.AcceptAsync().Soon()).DisposeAsync();
            // Judged once more when connected, the path leads out by now.
            await Assert.ThrowsAsync<ConnectionException>(() => connecting.Soon());
        }
        else
        {
            await AssertDeniedAsync(() => new HappyEyeballsConnector(options).ConnectAsync(endPoint));
        }

        Assert.Equal(1, swapped);
        await secret.NobodyCameAsync();
    }

    [LinuxFact]
    public async Task FileIsSwapped_ByAThread_SecretIsNeverReached()
    {
        await using var good = Listen("allowed/g");
        await using var secret = Listen("outside/s");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        File.CreateSymbolicLink(At("swap"), At("outside/s"));
        var swapping = Task.Run(() =>
        {
            // rename(2) is atomic: the name is always there, one time the socket, one time a link to the other.
            while (!stop.IsCancellationRequested)
            {
                File.CreateSymbolicLink(At("t"), At("outside/s"));
                File.Move(At("t"), At("allowed/x"), overwrite: true);
                File.CreateSymbolicLink(At("t"), At("allowed/g"));
                File.Move(At("t"), At("allowed/x"), overwrite: true);
            }
        });
        var connected = 0;
        for (var i = 0; i < 1000; i++)
        {
            try
            {
                await using var client = await Connector().ConnectAsync(new UnixDomainSocketEndPoint(At("allowed/x"))).Soon();
                await (await good.AcceptAsync().Soon()).DisposeAsync();
                connected++;
            }
            catch (ConnectionException exception)
            {
                Assert.True(exception.Error is ConnectionError.Denied or ConnectionError.PathNotFound, exception.ToString());
                // Denied when it was connected already: the server has one more.
                while (await TakeOneAsync(good))
                {
                }
            }
        }

        await stop.CancelAsync();
        await swapping.Soon();
        _output.WriteLine($"{connected} of 1000 connected");
        await secret.NobodyCameAsync();
    }

    [LinuxFact]
    public async Task File_IsMissing_IsAPathThatDoesNotExist()
    {
        foreach (var path in (string[])["allowed/none", "allowed/sub/none", "allowed/dir/../none"])
        {
            Assert.True(IsAllowed(Policy(), new(At(path))));
            var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector().ConnectAsync(new UnixDomainSocketEndPoint(At(path))).Soon());
            Assert.Equal(ConnectionError.PathNotFound, exception.Error);
            Assert.Contains(At(path), exception.Message, StringComparison.Ordinal);
        }
    }

    [LinuxFact]
    public async Task File_IsNoSocket_IsRefused()
    {
        await File.WriteAllTextAsync(At("allowed/text"), "");
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => Connector().ConnectAsync(new UnixDomainSocketEndPoint(At("allowed/text"))).Soon());
        Assert.Equal(ConnectionError.Refused, exception.Error);
        Assert.Contains(At("allowed/text"), exception.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task Path_Random_IsWhatTheModelSays()
    {
        await using var good = Listen("allowed/g");
        await using var secret = Listen("outside/s");
        var random = Seed.Start(_output);
        string[] steps = ["allowed", "outside", "sub", "deep", "dir", "out", "up", "inner", "back", "..", "..", ".", "", "g", "s", "file", "absolute", "inner-file", "alias", "er", _root.Name];
        var allowed = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var path = _root.FullName + "/" + string.Join('/', Enumerable.Range(0, random.Next(1, 7)).Select(_ => steps[random.Next(steps.Length)]));
            if (Encoding.UTF8.GetByteCount(path) > 100)
                continue;
            var expected = Walked(path) is { } real && real.StartsWith(At("allowed") + "/", StringComparison.Ordinal);
            // What is missing may be created where it would be.
            if (Walked(path) is null)
                expected = IsMissingInside(path);
            allowed += expected ? 1 : 0;
            Assert.True(expected == IsAllowed(Policy(), new(path)), $"{path}: {Walked(path)}");
        }

        Assert.InRange(allowed, 50, 4_900);
    }

    [Fact]
    public void PlainPath_OfSystemsThatHoldNothing_RefusesWhatCannotBeProven()
    {
        var allowed = At("allowed");
        Assert.True(PlainPath.IsBelow(allowed, At("allowed/g")));
        Assert.True(PlainPath.IsBelow(allowed, At("allowed/sub/g")));
        foreach (var path in LeadOut.Where(static path => path != "allowed/").Append("alias/g").Append("allowed/inner/g").Append("allowed/./g").Append("allowed//g"))
            Assert.False(PlainPath.IsBelow(allowed, _root.FullName + "/" + path), path);
        Assert.False(PlainPath.IsBelow(allowed, "allowed/g"));
    }

    public void Dispose() => _root.Delete(recursive: true);

    // Absolute, relative to where the process is, and through the kernel's own links.
    private IEnumerable<string> Spellings(string path) =>
    [
        $"{_root.FullName}/{path}", $"/{_root.FullName}//{path}", $"/proc/self/root{_root.FullName}/{path}",
        $"{string.Concat(Enumerable.Repeat("../", Environment.CurrentDirectory.Count(static c => c == '/')))}.{_root.FullName}/{path}",
    ];

    // The kernel's walk, written apart: null where something is missing.
    private static string? Walked(string path, int links = 0)
    {
        var at = "/";
        foreach (var (step, index) in path.Split('/').Select(static (step, index) => (step, index)))
        {
            if (step is "" or ".")
            {
                if (!Directory.Exists(at))
                    return null;
                continue;
            }

            if (!Directory.Exists(at) || links > 30)
                return null;
            if (step == "..")
            {
                at = Path.GetDirectoryName(at) ?? "/";
                continue;
            }

            var next = Path.Combine(at, step);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                if (!Path.Exists(next))
                    return null;
                at = next;
                continue;
            }

            if (Walked(Path.IsPathRooted(target) ? target : $"{at}/{target}", links + 1) is not { } walked)
                return null;
            at = walked;
        }

        return at;
    }

    private bool IsMissingInside(string path)
    {
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        // A name that is there, but is no directory and is gone through, is another error than a missing one.
        return name is not ("" or "." or "..") && Walked(path[..slash]) is { } around && Directory.Exists(around)
            && (around == At("allowed") || around.StartsWith(At("allowed") + "/", StringComparison.Ordinal));
    }

    private static async Task<bool> TakeOneAsync(Server server)
    {
        using var cancel = new CancellationTokenSource();
        var accepting = server.AcceptAsync(cancel.Token).AsTask();
        if (!accepting.IsCompleted)
            await cancel.CancelAsync();
        try
        {
            await (await accepting).DisposeAsync();
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task AssertDeniedAsync(Func<Task> connect) =>
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connect().Soon())).Error);

    private static bool IsAllowed(ConnectionPolicy policy, UnixDomainSocketEndPoint endPoint) => Judge(policy, endPoint).IsAllowed;

    private static PolicyDecision Judge(ConnectionPolicy policy, UnixDomainSocketEndPoint endPoint) => policy.Evaluate(new(endPoint, ConnectionDirection.Outbound));

    private string At(string path) => Path.Combine(_root.FullName, path);

    private Server Listen(string path) => Server.Listen(new UnixDomainSocketEndPoint(At(path)));

    private RulePolicy Policy(string directory = "allowed") => new(new() { AllowLocalSockets = false, AllowedSocketDirectories = [At(directory)] });

    private HappyEyeballsConnector Connector() => new(new() { Policy = Policy() });

    /// <summary>Passes the decision on, and then does something.</summary>
    private sealed class Swapping(ConnectionPolicy policy, Action afterwards) : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            var decision = policy.Evaluate(candidate);
            afterwards();
            return decision;
        }
    }
}
