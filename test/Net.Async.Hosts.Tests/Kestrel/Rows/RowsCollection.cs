namespace Net.Async.Tests.Kestrel;

/// <summary>All tests that use <see cref="SharedApps"/>: behind the last one the apps end.</summary>
[CollectionDefinition(Name)]
public sealed class RowsCollection : ICollectionFixture<RowsCollection.Ending>
{
    public const string Name = "rows over Kestrel";

    public sealed class Ending : IAsyncLifetime
    {
        public Task InitializeAsync() => Task.CompletedTask;

        public Task DisposeAsync() => SharedApps.EndAsync();
    }
}
