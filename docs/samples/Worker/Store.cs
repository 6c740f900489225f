using System.Collections.Concurrent;

namespace Worker;

/// <summary>Values by key, at most so many.</summary>
internal sealed class Store
{
    private const int MostKeys = 100_000;

    private readonly ConcurrentDictionary<string, string> _values = [];

    public int Count => _values.Count;

    public string? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>False when there are as many keys as there may be. Calls at the same moment may each add one more.</summary>
    public bool TrySet(string key, string value)
    {
        if (_values.Count >= MostKeys && !_values.ContainsKey(key))
            return false;
        _values[key] = value;
        return true;
    }
}
