namespace Net.Async.Tests.Io.Reactor;

public class HoldsTests
{
    [Fact]
    public void Close_NobodyIsIn_IsLast()
    {
        var holds = new Holds();

        Assert.True(holds.Close(out var last));
        Assert.True(last);
    }

    [Fact]
    public void Close_SomebodyIsIn_TheOneWhoLeavesIsLast()
    {
        var holds = new Holds();
        Assert.True(holds.TryEnter(out _));

        Assert.True(holds.Close(out var last));
        Assert.False(last);
        Assert.True(holds.Leave());
    }

    [Fact]
    public void Close_Twice_IsOneClose()
    {
        var holds = new Holds();
        holds.Close(out _);

        Assert.False(holds.Close(out var last));
        Assert.False(last);
    }

    [Fact]
    public void TryEnter_AfterTheClose_IsRefusedAndNotLast()
    {
        var holds = new Holds();
        holds.Close(out _);

        Assert.False(holds.TryEnter(out var last));
        Assert.False(last);
    }

    [Fact]
    public async Task Anything_FromManyThreads_OneIsLastAndNobodyIsInAfterIt()
    {
        for (var round = 0; round < 500; round++)
        {
            var game = new Game();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() => game.Play(closes: number == 3))));
            Assert.Equal(1, game.Lasts);
            Assert.False(game.CameLate);
        }
    }

    private sealed class Game
    {
        private Holds _holds;
        private int _lasts;
        private volatile bool _closed;

        public int Lasts => _lasts;

        public bool CameLate { get; private set; }

        public void Play(bool closes)
        {
            for (var i = 0; i < 20; i++)
            {
                if (closes && i == 10 && _holds.Close(out var last) && last)
                    Last();
                if (_holds.TryEnter(out last))
                {
                    CameLate |= _closed;
                    if (_holds.Leave())
                        Last();
                }
                else if (last)
                {
                    Last();
                }
            }
        }

        private void Last()
        {
            _closed = true;
            Interlocked.Increment(ref _lasts);
        }
    }
}
