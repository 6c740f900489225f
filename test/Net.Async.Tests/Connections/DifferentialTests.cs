using System.Buffers;
using System.IO.Pipelines;
using Net.Async.Tests.Contract;
using Xunit.Abstractions;

namespace Net.Async.Tests.Connections;

/// <summary>The same random schedule over one of our connections and over a <see cref="Pipe"/> of the base class library: they must say the same.</summary>
/// <remarks>
/// A kernel may hand bytes over in other portions than a pipe, so positions are compared as offsets in the stream:
/// a read answers if and only if the pipe's does, shows a prefix of what the pipe shows, and its flags and exceptions are the pipe's.
/// </remarks>
public class DifferentialTests(ITestOutputHelper output) : LeakCheck
{
    private const int Rounds = 25, Steps = 120;

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task RandomSchedule_ComparedWithPipe_IsTheSame(string transport)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var kind = Transport.Get(transport);
        for (var round = 0; round < Rounds; round++)
        {
            await using var pair = await kind.ConnectPairAsync();
            await new Duel(pair.Client.Output, pair.Accepted.Input, new Random(seed + round)).RunAsync(Steps).WaitAsync(Eventually.Limit);
        }
    }

    private sealed class Duel(PipeWriter writer, PipeReader reader, Random random)
    {
        private readonly Pipe _oracle = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
        private readonly List<byte> _sent = [];
        private long _consumed;
        private long _examined;
        private bool _finished;

        public async Task RunAsync(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                switch (random.Next(10))
                {
                    case 0 or 1 or 2:
                        await WriteAsync();
                        break;
                    case 3:
                        reader.CancelPendingRead();
                        _oracle.Reader.CancelPendingRead();
                        break;
                    case 4:
                        await PendingReadThenAsync();
                        break;
                    case 5 when random.Next(20) == 0:
                        await FinishAsync();
                        break;
                    case 6:
                        await MisuseAsync();
                        break;
                    default:
                        await ReadAsync();
                        break;
                }
            }

            await FinishAsync();
            while (_consumed < _sent.Count)
                await ReadAsync(everything: true);
            await ReadAsync(everything: true);
            await reader.CompleteAsync();
            await _oracle.Reader.CompleteAsync();
            await SameExceptionAsync(() => reader.ReadAsync().AsTask(), () => _oracle.Reader.ReadAsync().AsTask());
            SameException(() => reader.AdvanceTo(default), () => _oracle.Reader.AdvanceTo(default));
            SameException(() => reader.TryRead(out _), () => _oracle.Reader.TryRead(out _));
        }

        private async Task WriteAsync()
        {
            if (_finished)
                return;
            var bytes = new byte[random.Next(4) == 0 ? random.Next(20_000) : random.Next(60)];
            random.NextBytes(bytes);
            // No more unread than a kernel surely holds, or both ends would wait for each other.
            if (_sent.Count - _consumed + bytes.Length > 60_000)
                return;
            _sent.AddRange(bytes);
            if (random.Next(2) == 0)
            {
                await writer.WriteAsync(bytes);
            }
            else
            {
                writer.Write(bytes);
                await writer.FlushAsync();
            }

            await _oracle.Writer.WriteAsync(bytes);
        }

        private async Task FinishAsync()
        {
            if (_finished)
                return;
            _finished = true;
            await writer.CompleteAsync();
            await _oracle.Writer.CompleteAsync();
            await SameExceptionAsync(() => writer.FlushAsync().AsTask(), () => _oracle.Writer.FlushAsync().AsTask());
            SameException(() => writer.GetMemory(), () => _oracle.Writer.GetMemory());
        }

        private async Task ReadAsync(bool everything = false)
        {
            ReadResult theirs;
            if (!everything && random.Next(3) == 0)
            {
                if (!_oracle.Reader.TryRead(out theirs))
                {
                    Assert.False(reader.TryRead(out _), "TryRead has something, the pipe has nothing");
                    return;
                }

                // The kernel may need a moment for what the pipe has at once.
                ReadResult mine = default;
                await Eventually.IsAsync(() => reader.TryRead(out mine), "TryRead has nothing, the pipe has something");
                Advance(mine, theirs, everything);
                return;
            }

            var oracle = _oracle.Reader.ReadAsync();
            if (!oracle.IsCompleted)
            {
                using var cancel = new CancellationTokenSource();
                var pending = reader.ReadAsync(cancel.Token).AsTask();
                Assert.False(pending.IsCompleted, "a read answers, the pipe's waits");
                await cancel.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
                _oracle.Reader.CancelPendingRead();
                theirs = await oracle;
                _oracle.Reader.AdvanceTo(theirs.Buffer.Start, theirs.Buffer.GetPosition(_examined - _consumed));
                return;
            }

            Advance(await reader.ReadAsync().Soon(), await oracle, everything);
        }

        private async Task PendingReadThenAsync()
        {
            var oracle = _oracle.Reader.ReadAsync();
            if (oracle.IsCompleted)
            {
                Advance(await reader.ReadAsync().Soon(), await oracle, everything: false);
                return;
            }

            var pending = reader.ReadAsync().AsTask();
            if (random.Next(2) == 0 || _finished || _sent.Count - _consumed > 50_000)
            {
                reader.CancelPendingRead();
                _oracle.Reader.CancelPendingRead();
            }
            else
            {
                var before = _sent.Count;
                while (_sent.Count == before)
                    await WriteAsync();
            }

            Advance(await pending.Soon(), await oracle, everything: false);
        }

        private async Task MisuseAsync()
        {
            // A Pipe lets this pass after a TryRead that found nothing; we do not.
            Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(default));
            using var cancelled = new CancellationTokenSource();
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync(cancelled.Token));
            if (!_finished)
                Assert.Throws<ArgumentOutOfRangeException>(() => writer.GetMemory(-1));
        }

        private void Advance(ReadResult mine, ReadResult theirs, bool everything)
        {
            var bytes = mine.Buffer.ToArray();
            Assert.Equal(theirs.IsCanceled, mine.IsCanceled);
            Assert.True(mine.Buffer.Length <= theirs.Buffer.Length, "a read shows more than the pipe");
            Assert.Equal(_sent.Skip((int)_consumed).Take(bytes.Length), bytes);
            if (mine.IsCompleted)
                Assert.True(theirs.IsCompleted, "a read is completed, the pipe's is not");
            else if (theirs.IsCompleted && !mine.IsCanceled)
                Assert.True(_consumed + mine.Buffer.Length > _examined, "the end is there, and a read that shows nothing new does not say so");

            var consumed = everything ? bytes.Length : random.Next(bytes.Length + 1);
            var least = (int)Math.Max(_examined - _consumed, consumed);
            var examined = everything ? bytes.Length : random.Next(least, bytes.Length + 1);
            reader.AdvanceTo(mine.Buffer.GetPosition(consumed), mine.Buffer.GetPosition(examined));
            _oracle.Reader.AdvanceTo(theirs.Buffer.GetPosition(consumed), theirs.Buffer.GetPosition(examined));
            _consumed += consumed;
            _examined = _consumed - consumed + examined;
        }

        private static void SameException(Action mine, Action theirs) => Assert.Equal(Record.Exception(theirs)?.GetType(), Record.Exception(mine)?.GetType());

        private static async Task SameExceptionAsync(Func<Task> mine, Func<Task> theirs) =>
            Assert.Equal((await Record.ExceptionAsync(theirs))?.GetType(), (await Record.ExceptionAsync(mine))?.GetType());
    }
}
