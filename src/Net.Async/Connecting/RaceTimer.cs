using System.Threading.Channels;

namespace Net.Async;

/// <summary>Something besides look-ups and attempts that writes into the mailbox of a connect: a time that passes, or the caller's token.</summary>
/// <remarks>On the thread pool, since the loop may run where the input is written: a callback of a user's, or the user's own continuation, must hold up neither other timers nor a cancel.</remarks>
internal sealed class RaceTimer(ChannelWriter<RaceInput> inputs, RaceInputKind kind) : TimerEntry, IThreadPoolWorkItem
{
    public override void OnElapsed() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    public void Execute() => inputs.TryWrite(new RaceInput(kind));
}
