namespace Net.Async.Tests.Io.Reactor;

public class WatchTableTests
{
    [Fact]
    public void Find_OfALaterTenant_IsNobody()
    {
        var table = new WatchTable();
        var first = table.Add(new Owner());
        table.Remove(first);

        var second = table.Add(new Owner());

        Assert.Equal((uint)first, (uint)second);
        Assert.Null(table.Find(first));
        Assert.NotNull(table.Find(second));
    }

    [Fact]
    public void Remove_Twice_LeavesTheLaterTenant()
    {
        var table = new WatchTable();
        var first = table.Add(new Owner());
        table.Remove(first);
        var second = table.Add(new Owner());

        table.Remove(first);

        Assert.NotNull(table.Find(second));
    }

    [Fact]
    public void Add_Thousands_AllAreFound()
    {
        var table = new WatchTable();
        var owners = Enumerable.Range(0, 5000).Select(static _ => new Owner()).ToArray();
        var ids = Array.ConvertAll(owners, table.Add);

        Assert.All(ids.Zip(owners), pair => Assert.Same(pair.Second, table.Find(pair.First)));
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Null(table.Find(ulong.MaxValue));
    }

    private sealed class Owner : IWatched
    {
        public ulong WatchId { get; set; }

        public bool GoesToPool => false;

        public bool OnEvent(uint mask) => true;

        public void OnStalled()
        {
        }
    }
}
