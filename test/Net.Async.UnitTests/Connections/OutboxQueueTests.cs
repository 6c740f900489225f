using System.Buffers;
using Xunit.Abstractions;

namespace Net.Async.Tests.Connections;

public class OutboxQueueTests(ITestOutputHelper output)
{
    private const int Most = 300_000;

    [Theory]
    [InlineData(OutboxFullMode.Disconnect)]
    [InlineData(OutboxFullMode.DropNewest)]
    [InlineData(OutboxFullMode.DropOldest)]
    public void Queue_RandomOperations_DoesWhatTheModelDoes(OutboxFullMode mode)
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 20; round++)
            new Play(random, mode).Run(300);
    }

    [Fact]
    public void Next_ManySmallMessages_AreOneBatchOfAtMost64KiB()
    {
        var queue = Make();
        for (var i = 0; i < 1000; i++)
            queue.Post(OutboxMessage.Copy(new byte[100]));

        Assert.Equal(SendStep.Bytes, queue.Next(out var first));
        Assert.Equal(65500, first.Length);
        queue.TryRecord(first.Length);
        Assert.Equal(SendStep.Bytes, queue.Next(out var second));
        Assert.Equal(34500, second.Length);
    }

    [Fact]
    public void Next_OneMessage_IsSentFromItsOwnMemory()
    {
        var (queue, shared) = (Make(), new byte[1000]);
        queue.Post(OutboxMessage.Share(shared));

        queue.Next(out var bytes);

        Assert.True(bytes.Equals(shared.AsMemory()));
    }

    [Fact]
    public void Next_MoreThanATurn_PausesOnce()
    {
        var queue = new OutboxQueue(new OutboxOptions { MaxBytes = 4 << 20 }, MemoryPool<byte>.Shared);
        for (var i = 0; i < 30; i++)
            queue.Post(OutboxMessage.Copy(new byte[100_000]));

        Assert.Equal([11, 11, 8], TurnsOf(queue));
    }

    [Fact]
    public void EndUpTo_ABatchIsBeingSentWhileLaterOnesAreDropped_WaitsForTheBatch()
    {
        var queue = Make(OutboxFullMode.DropOldest);
        queue.Post(OutboxMessage.Copy(new byte[100_000]));
        queue.Next(out _);
        var first = queue.Waits.WaitForSending(queue.LastNumber);
        for (var i = 0; i < 5; i++)
            queue.Post(OutboxMessage.Copy(new byte[100_000]));
        var all = queue.Waits.WaitForSending(queue.LastNumber);

        Assert.Equal((4, false), (queue.DroppedMessages, first.Task.IsCompleted));
        queue.TryRecord(100_000);
        Assert.Equal((true, false), (first.Task.IsCompletedSuccessfully, all.Task.IsCompleted));
        queue.Next(out _);
        queue.TryRecord(100_000);
        Assert.True(all.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public void End_WithMessages_FailsThoseWhoWaitAndHoldsNothing()
    {
        var (queue, failure) = (Make(), new IOException("ended"));
        queue.Post(OutboxMessage.Copy(new byte[200_000]));
        queue.Next(out _);
        queue.Post(OutboxMessage.Copy(new byte[1000]));
        OutboxWait[] waits = [queue.Waits.WaitForRoom(new byte[200_000]), queue.Waits.WaitForSending(queue.LastNumber)];

        queue.End(failure);

        Assert.All(waits, wait => Assert.Same(failure, wait.Task.Exception!.InnerException));
        Assert.Same(failure, queue.Loss);
        Assert.Equal(200_064, queue.QueuedBytes);
        queue.Discard();
        Assert.Equal((0, false), (queue.QueuedBytes, queue.HasMore));
    }

    [Fact]
    public void End_WithoutMessages_LosesNothing()
    {
        var queue = Make();
        queue.Post(OutboxMessage.Copy(new byte[10]));
        queue.Next(out _);
        queue.TryRecord(10);
        queue.End(new IOException("ended"));

        Assert.Null(queue.Loss);
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(0)]
    [InlineData(-1)]
    public void MaxBytes_BelowTheLeast_IsRefused(long bytes) =>
        Assert.Contains($"{bytes}", Assert.Throws<ArgumentOutOfRangeException>("MaxBytes", () => new OutboxOptions { MaxBytes = bytes }).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void FullMode_NoSuchMode_IsRefused(int mode) =>
        Assert.Throws<ArgumentOutOfRangeException>("FullMode", () => new OutboxOptions { FullMode = (OutboxFullMode)mode });

    [Fact]
    public void ConnectionOptions_Outbox_IsCopiedAndNeverNull()
    {
        var given = new OutboxOptions { MaxBytes = 2048 };
        var options = new ConnectionOptions { Outbox = given };

        Assert.Equal(given, options.Outbox);
        Assert.NotSame(given, options.Outbox);
        Assert.NotSame(options.Outbox, (options with { }).Outbox);
        Assert.Throws<ArgumentNullException>("Outbox", () => new ConnectionOptions { Outbox = null! });
    }

    private static OutboxQueue Make(OutboxFullMode mode = OutboxFullMode.Disconnect) =>
        new(new OutboxOptions { MaxBytes = Most, FullMode = mode }, MemoryPool<byte>.Shared);

    private static List<int> TurnsOf(OutboxQueue queue)
    {
        List<int> turns = [0];
        SendStep step;
        while ((step = queue.Next(out var bytes)) != SendStep.Nothing)
        {
            if (step == SendStep.Pause)
                turns.Add(0);
            else
                turns[^1]++;
            queue.TryRecord(bytes.Length);
        }

        return turns;
    }

    /// <summary>The queue and the model side by side.</summary>
    private sealed class Play(Random random, OutboxFullMode mode)
    {
        private readonly OutboxQueue _queue = Make(mode);
        private readonly OutboxModel _model = new(Most, mode);
        private readonly List<byte> _wire = [];
        private byte _next;

        public void Run(int operations)
        {
            for (var i = 0; i < operations; i++)
            {
                Operate();
                Assert.Equal((_model.QueuedBytes, _model.Dropped, _model.HasMore, _model.IsSending), (_queue.QueuedBytes, _queue.DroppedMessages, _queue.HasMore, _queue.IsSending));
                Assert.Equal(_model.Waiting.Count > 0, _queue.Waits.NextMessage is not null);
                Assert.InRange(_queue.QueuedBytes, 0, Most);
            }

            Assert.Equal(_model.Wire, _wire);
        }

        private void Operate()
        {
            switch (random.Next(5))
            {
                case 0:
                    var message = Message();
                    Assert.Equal(_model.Post(message), _queue.Post(random.Next(2) == 0 ? OutboxMessage.Share(message) : OutboxMessage.Copy(message)));
                    break;
                case 1:
                    PostInTurn(Message());
                    break;
                case 2 when _model.Waiting is { Count: > 0 } waiting:
                    var wait = waiting[random.Next(waiting.Count)];
                    Assert.True(_queue.Waits.Remove(wait));
                    _queue.OnRoom();
                    _model.GiveUp(wait);
                    break;
                default:
                    Send();
                    break;
            }
        }

        private void PostInTurn(byte[] message)
        {
            var isQueued = _queue.TryAddInTurn(OutboxMessage.Copy(message));
            Assert.Equal(_model.PostInTurn(message), isQueued);
            if (!isQueued)
                _model.Wait(message, _queue.Waits.WaitForRoom(message));
        }

        private void Send()
        {
            if (_queue.Next(out var bytes) != SendStep.Bytes)
                return;
            if (!_model.IsSending)
                _model.Begin(bytes.Length);
            var count = random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length;
            _wire.AddRange(bytes.Span[..count]);
            Assert.True(_queue.TryRecord(count));
            _model.Send(count);
        }

        private byte[] Message()
        {
            var message = new byte[random.Next(4) == 0 ? random.Next(1, 200_000) : random.Next(1, 3000)];
            Array.Fill(message, ++_next);
            return message;
        }
    }
}
