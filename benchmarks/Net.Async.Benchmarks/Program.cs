// Micro-benchmarks over loopback, both ends in one process, of frames and of block lists. See benchmarks/README.md.
using System.Globalization;
using BenchmarkDotNet.Running;
using Net.Async.Benchmarks;

switch (args)
{
    case ["block-lists", .. var rest]:
        BlockListTable.Run(Number(rest, 0, 5), Number(rest, 1, 10_000_000));
        break;
    case ["block-list-reload", .. var rest]:
        await BlockListReload.RunAsync(Number(rest, 0, 10));
        break;
    case ["framing", .. var rest]:
        await FramingTable.RunAsync(Number(rest, 0, 7));
        break;
    case ["framing-sender", .. var rest]:
        FrameSender.Serve(Number(rest, 0, FrameSender.Lines));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(EchoPingPong).Assembly).Run(args);
        break;
}

static int Number(string[] words, int place, int otherwise) => place < words.Length ? int.Parse(words[place], NumberStyles.None, CultureInfo.InvariantCulture) : otherwise;
