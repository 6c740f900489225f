namespace Net.Async.Tests.Diagnostics;

/// <summary>The thread that keeps the process: one for all who ask, gone with the last.</summary>
public class ProcessHoldTests
{
    [LinuxFact]
    public async Task Enter_Several_IsOneThreadUntilTheLastLeaves()
    {
        var others = Holding();
        ProcessHold.Enter();
        ProcessHold.Enter();
        await Eventually.IsAsync(() => Holding() == 1, "no thread holds the process");
        ProcessHold.Leave();
        Assert.Equal(1, Holding());
        ProcessHold.Leave();
        await Eventually.IsAsync(() => Holding() <= others, "the thread is still there");
    }

    // As the kernel names its threads: fifteen characters.
    private static int Holding() => Directory.EnumerateDirectories("/proc/self/task").Count(static task => NameOf(task) == "Net.Async keeps");

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).TrimEnd();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
