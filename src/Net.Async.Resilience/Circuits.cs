using System.Net;
using Polly;

namespace Net.Async;

/// <summary>A pipeline for each end point, bounded: the one that was not asked for longest makes room.</summary>
/// <param name="limit">How many at most.</param>
/// <param name="create">Makes the pipeline of an end point that has none.</param>
internal sealed class Circuits(int limit, Func<ResiliencePipeline> create)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Circuit>> _circuits = [];
    private readonly LinkedList<Circuit> _byUse = new();

    public ResiliencePipeline Of(EndPoint endPoint)
    {
        var key = KeyOf(endPoint);
        lock (_lock)
        {
            if (_circuits.TryGetValue(key, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
                return node.Value.Pipeline;
            }

            if (_circuits.Count == limit)
                Forget(_byUse.First!);
            var circuit = new Circuit(key, create());
            _circuits[key] = _byUse.AddLast(circuit);
            return circuit.Pipeline;
        }
    }

    private void Forget(LinkedListNode<Circuit> node)
    {
        _circuits.Remove(node.Value.Key);
        _byUse.Remove(node);
    }

    // As text: an end point may change under its holder's hands. Names have no case, paths do.
    private static string KeyOf(EndPoint endPoint) => endPoint is DnsEndPoint name ? NetEndPoint.Format(name).ToLowerInvariant() : NetEndPoint.Format(endPoint);

    private readonly record struct Circuit(string Key, ResiliencePipeline Pipeline);
}
