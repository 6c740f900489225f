using System.Text;

namespace Net.Async.Namespaces;

/// <summary>The wire as a process. A line of input is new <see cref="WireRules"/>; everything that was sent before it is noted before its answer.</summary>
internal static class WireCommand
{
    private const int Input = 0, MostFrame = 2048;

    public static int Run(string client, string services)
    {
        using var clientTap = Tap.Open(client);
        using var servicesTap = Tap.Open(services);
        var relay = new Relay(clientTap, servicesTap);
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        Console.WriteLine(Lines.Ready);
        var frame = new byte[MostFrame];
        Libc.PollEntry[] entries = [Readable(clientTap.Descriptor), Readable(servicesTap.Descriptor), Readable(Input)];
        while (true)
        {
            relay.Deliver();
            Libc.Poll(entries, relay.UntilDue);
            if (entries[0].Happened != 0)
                relay.Take(clientTap, frame);
            if (entries[1].Happened != 0)
                relay.Take(servicesTap, frame);
            // Only when no frame is waiting: the log is complete up to here.
            if (entries[0].Happened != 0 || entries[1].Happened != 0 || entries[2].Happened == 0)
                continue;
            // One line at a time is sent, and the next one after the answer: nothing stays in the reader's buffer.
            if (input.ReadLine() is not { } line)
                return 0;
            relay.Rules = Lines.Parse<WireRules>(line);
            Console.WriteLine(Lines.Done);
        }
    }

    private static Libc.PollEntry Readable(int descriptor) => new() { Descriptor = descriptor, Events = Libc.Readable };
}
