namespace Net.Async.Tests.Relaying;

/// <summary>What the two peers of one relay do, decided at random beforehand.</summary>
internal sealed class RelayPlay
{
    public RelayPlay(Random random, long bytes)
    {
        var fate = random.Next(10);
        Left = new RelayPeer(random, bytes, resets: fate is 0 or 1);
        Right = new RelayPeer(random, bytes, resets: fate is 2);
    }

    public RelayPeer Left { get; }

    public RelayPeer Right { get; }

    public bool IsOrderly => !Left.Resets && !Right.Resets;

    public void AssertEnds()
    {
        AssertReceived(Left, from: Right);
        AssertReceived(Right, from: Left);
    }

    private void AssertReceived(RelayPeer peer, RelayPeer from)
    {
        Assert.True(peer.Mistake is null, peer.Mistake);
        if (IsOrderly)
            Assert.Equal((from.Length, true), (peer.Received, peer.HasReadEnd));
        if (from.Resets)
            Assert.True(!peer.HasReadEnd && peer.Received <= from.Length, $"{peer.Received} of {from.Length} bytes of a peer that has reset, a clean end: {peer.HasReadEnd}");
    }
}
