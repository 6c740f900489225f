using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace Net.Async;

/// <summary>The features of one connection: a dozen at most, so that a search is faster than a dictionary, and a connection that is idle holds less.</summary>
/// <remarks>As in the collection of ASP.NET Core, one caller at a time.</remarks>
internal sealed class ConnectionFeatures : IFeatureCollection
{
    // What a context has itself, and what Kestrel adds to it.
    private KeyValuePair<Type, object>[] _features = new KeyValuePair<Type, object>[12];
    private int _count;

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public object? this[Type key]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(key);
            return Find(key) is var index && index >= 0 ? _features[index].Value : null;
        }
        set
        {
            ArgumentNullException.ThrowIfNull(key);
            Set(key, value);
        }
    }

    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    public void Set<TFeature>(TFeature? instance) => Set(typeof(TFeature), instance);

    /// <summary>Sets a feature that is known to be missing.</summary>
    public void Add(Type key, object value)
    {
        if (_count == _features.Length)
            Array.Resize(ref _features, 2 * _count);
        _features[_count++] = new(key, value);
        Revision++;
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.Take(_count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Set(Type key, object? value)
    {
        var index = Find(key);
        if (index < 0 && value is null)
            return;
        if (index < 0)
        {
            Add(key, value!);
            return;
        }

        Revision++;
        if (value is not null)
        {
            _features[index] = new(key, value);
            return;
        }

        _features[index] = _features[--_count];
        _features[_count] = default;
    }

    private int Find(Type key)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_features[index].Key == key)
                return index;
        }

        return -1;
    }
}
