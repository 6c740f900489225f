using System.Globalization;

namespace Net.Async.HostLoad;

/// <summary>Opens connections, has each answer one request, and holds them: what the server's memory grows by. Ends when its input does.</summary>
internal static class IdleCommand
{
    // What the first connections bring with them, compiled code and pools, is no part of a connection.
    private const int WarmUp = 500;

    private const int Most = 20_000;

    public static int Run(string portText, string countText)
    {
        var port = Number(portText, 65_535);
        var count = Number(countText, Most);
        Hold(port, WarmUp).ForEach(static connection => connection.Dispose());
        var before = Memory(port);
        var held = Hold(port, count);
        var after = Memory(port);
        var growth = before.Zip(after, (start, end) => (end - start) / (double)count).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"conns={count} errs=0 heap={growth[0]:0} rss={growth[1]:0} private={growth[2]:0}"));
        // The script looks at the server meanwhile.
        while (Console.In.ReadLine() is not null)
        {
        }

        held.ForEach(static connection => connection.Dispose());
        return 0;
    }

    private static List<RawHttp> Hold(int port, int count)
    {
        var held = new List<RawHttp>(count);
        for (var i = 0; i < count; i++)
        {
            held.Add(new RawHttp(port));
            held[i].Get("/plaintext");
        }

        return held;
    }

    private static long[] Memory(int port)
    {
        using var connection = new RawHttp(port);
        return [.. connection.Get("/memory").Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
    }

    private static int Number(string text, int most) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
        ? number
        : throw new UsageException($"'{text}' is no number from 1 to {most}.");
}
