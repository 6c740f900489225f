using System.Net;
using BenchmarkDotNet.Attributes;

namespace Net.Async.Benchmarks;

/// <summary>A check that misses, by every kind of key, against <see cref="HashSet{T}"/> of the same addresses. One operation is one check of a million different ones.</summary>
[MemoryDiagnoser]
public class BlockListBenchmarks
{
    private BlockList _list = null!;
    private HashSet<uint> _set = null!;
    private uint[] _numbers = null!;
    private IPAddress[] _addresses = null!;
    private string[] _texts = null!;
    private bool[] _isContained = null!;

    [Params(10, 1000, 100_000, 1_000_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var addresses = BlockListData.Addresses(Rules);
        _set = [.. addresses];
        _list = BlockListTable.Build(addresses);
        _numbers = BlockListData.Misses(_set);
        _addresses = [.. _numbers.Select(static address => new IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]))];
        _texts = [.. _addresses.Select(static address => address.ToString())];
        _isContained = new bool[_numbers.Length];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = BlockListData.Questions)]
    public int HashSet()
    {
        var held = 0;
        foreach (var address in _numbers)
            held += _set.Contains(address) ? 1 : 0;
        return held;
    }

    [Benchmark(OperationsPerInvoke = BlockListData.Questions)]
    public int Number()
    {
        var held = 0;
        foreach (var address in _numbers)
            held += _list.Contains(address) ? 1 : 0;
        return held;
    }

    [Benchmark(OperationsPerInvoke = BlockListData.Questions)]
    public bool Many()
    {
        _list.ContainsMany(_numbers, _isContained);
        return _isContained[0];
    }

    [Benchmark(OperationsPerInvoke = BlockListData.Questions)]
    public int Address()
    {
        var held = 0;
        foreach (var address in _addresses)
            held += _list.Contains(address) ? 1 : 0;
        return held;
    }

    [Benchmark(OperationsPerInvoke = BlockListData.Questions)]
    public int Text()
    {
        var held = 0;
        foreach (var address in _texts)
            held += _list.Contains(address) ? 1 : 0;
        return held;
    }
}
