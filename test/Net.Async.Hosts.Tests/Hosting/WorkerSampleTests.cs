using System.Diagnostics;
using System.Net;
using System.Text;

namespace Net.Async.Tests.Hosting;

/// <summary>The worker sample under load gets SIGTERM: no answer is cut off, and the process ends in order.</summary>
public sealed class WorkerSampleTests : LeakCheck
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("net-async-");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [LinuxFact]
    public async Task Terminate_200ClientsThatAsk_TruncatesNoAnswerAndExitsInOrder()
    {
        await using var worker = await WorkerProcess.StartAsync($"--Servers:store:EndPoint=unix:{Path.Combine(_directory.FullName, "store")}");
        var (lines, store) = (worker.EndPointOf("lines"), worker.EndPointOf("store"));
        var asked = new int[200];
        var clients = Enumerable.Range(0, asked.Length).Select(i => Task.Run(() => i % 4 == 0
            ? AskAsync(store, $"SET key{i} {new string('v', 500)}", "OK", () => Interlocked.Increment(ref asked[i]))
            : AskAsync(lines, new string((char)('a' + (i % 26)), 20_000), new string((char)('a' + (i % 26)), 20_000), () => Interlocked.Increment(ref asked[i])))).ToArray();
        await Eventually.IsAsync(() => Array.TrueForAll(asked, static count => count >= 5), () => $"five answers for each client, there were {asked.Min()} for one");

        var watch = Stopwatch.StartNew();
        worker.Terminate();
        var outcomes = await Task.WhenAll(clients).Soon();
        var exitCode = await worker.WaitForExitAsync();

        Assert.Equal(0, exitCode);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(29), $"took {watch.Elapsed}");
        Assert.All(outcomes, static outcome => Assert.Equal("whole answers", outcome));
        AssertOrder(worker.Log, "Application is shutting down", "No more clients are accepted", "Stopping: ", "Stopped: ");
        var stopping = worker.Log.Where(static line => line.Contains(": Stopping: ", StringComparison.Ordinal) || line.Contains("] Stopping: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, stopping.Count);
        Assert.Equal(2, worker.Log.Count(static line => line.EndsWith("0 were aborted.", StringComparison.Ordinal)));
        Assert.DoesNotContain(worker.Log, static line => line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_directory.FullName, "store")));
    }

    // Every line of one kind before every line of the next.
    private static void AssertOrder(IReadOnlyList<string> log, params string[] texts)
    {
        for (var i = 1; i < texts.Length; i++)
        {
            var (last, first) = (log.ToList().FindLastIndex(line => line.Contains(texts[i - 1], StringComparison.Ordinal)), log.ToList().FindIndex(line => line.Contains(texts[i], StringComparison.Ordinal)));
            // One server stops before the other has; the stop of each follows its own begin.
            if (texts[i] != "Stopped: ")
                Assert.True(last >= 0 && last < first, $"'{texts[i]}' does not follow '{texts[i - 1]}':\n{string.Join('\n', log)}");
        }
    }

    // Asks until the server ends. What it got of the last answer is all of it, or nothing.
    private static async Task<string> AskAsync(EndPoint endPoint, string request, string answer, Action answered)
    {
        await using var connection = await Connection.ConnectAsync(endPoint);
        var (asking, expected, got) = (Encoding.ASCII.GetBytes(request + "\n"), Encoding.ASCII.GetBytes(answer + "\n"), new byte[answer.Length + 1]);
        while (true)
        {
            var count = 0;
            try
            {
                await connection.SendAsync(asking);
                while (count < got.Length)
                {
                    var read = await connection.ReceiveAsync(got.AsMemory(count));
                    if (read == 0)
                        return count == 0 ? "whole answers" : $"{count} of {got.Length} bytes, then the end";
                    count += read;
                }
            }
            catch (ConnectionException exception)
            {
                return count == 0 ? "whole answers" : $"{count} of {got.Length} bytes, then {exception.Error}";
            }

            if (!got.AsSpan().SequenceEqual(expected))
                return "another answer";
            answered();
        }
    }
}
