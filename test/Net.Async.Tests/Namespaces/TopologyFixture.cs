using Net.Async.Namespaces;

namespace Net.Async.Tests.Namespaces;

/// <summary>The topology, built once for all tests in namespaces, and taken away after the last of them.</summary>
[CollectionDefinition(nameof(TopologyFixture))]
public sealed class TopologyFixture : ICollectionFixture<TopologyFixture>, IAsyncLifetime
{
    private Topology? _topology;

    public Topology Topology => _topology ?? throw new InvalidOperationException("There is a topology only for tests that are not skipped.");

    public async Task InitializeAsync()
    {
        if (NamespaceFactAttribute.IsPossible)
            _topology = await Topology.BuildAsync();
    }

    public async Task DisposeAsync()
    {
        if (_topology is not null)
            await _topology.DisposeAsync();
    }
}
