namespace Net.Async.Tests.Io.Reactor;

public class RegistrationTableTests
{
    [Fact]
    public void Find_AfterTheSlotWentToAnother_IsNull()
    {
        var table = new RegistrationTable();
        var first = table.Add(new Source());
        table.Remove(first);

        var second = table.Add(new Source());

        Assert.Equal((uint)first, (uint)second);
        Assert.Null(table.Find(first));
        Assert.NotNull(table.Find(second));
    }

    [Fact]
    public void Remove_Twice_LeavesTheSlotsNextSource()
    {
        var table = new RegistrationTable();
        var first = table.Add(new Source());
        table.Remove(first);
        var second = table.Add(new Source());

        table.Remove(first);

        Assert.NotNull(table.Find(second));
    }

    [Fact]
    public void Add_Thousands_AllAreFound()
    {
        var table = new RegistrationTable();
        var sources = Enumerable.Range(0, 5000).Select(static _ => new Source()).ToArray();
        var ids = Array.ConvertAll(sources, table.Add);

        Assert.All(ids.Zip(sources), pair => Assert.Same(pair.Second, table.Find(pair.First)));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Null(table.Find(ulong.MaxValue));
    }

    private sealed class Source : IEventSource
    {
        public ulong RegistrationId { get; set; }

        public bool GoesToPool => false;

        public IThreadPoolWorkItem? OnEvent(uint mask) => null;

        public void OnStalled()
        {
        }
    }
}
