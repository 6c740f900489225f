using System.Text;

namespace Net.Async.Tests.Connections;

/// <summary>Every input in every state of the two directions: the tables beside this file hold the transitions that ReceiveDirection.cs and SendDirection.cs draw.</summary>
public class DirectionTableTests
{
    private static readonly IOException s_first = new("first"), s_second = new("second");

    private static readonly (string Name, Func<ReceiveDirection, (ReceiveDirection, bool?)> Apply)[] s_receiveInputs =
    [
        ("FIN, bytes unread", static direction => { direction.End(bytesUnread: true); return (direction, null); }),
        ("FIN, nothing unread", static direction => { direction.End(bytesUnread: false); return (direction, null); }),
        ("error", static direction => { direction.Fail(s_second); return (direction, null); }),
        ("the reader sees the end", static direction => { var answer = direction.ShowEnd(); return (direction, answer); }),
        ("stop, bytes unread", static direction => { direction.Stop(s_second, bytesUnread: true); return (direction, null); }),
        ("stop, nothing unread", static direction => { direction.Stop(s_second, bytesUnread: false); return (direction, null); }),
        ("begin transfer", static direction => { var answer = direction.BeginTransfer(); return (direction, answer); }),
        ("cancel transfer", static direction => { direction.CancelTransfer(); return (direction, null); }),
        ("mark unreadable", static direction => { direction.MarkUnreadable(); return (direction, null); }),
    ];

    private static readonly (string Name, Func<SendDirection, (SendDirection, bool?)> Apply)[] s_sendInputs =
    [
        ("hold", static direction => { var answer = direction.Hold(); return (direction, answer); }),
        ("release", static direction => { direction.Release(); return (direction, null); }),
        ("finish", static direction => { direction.Finish(); return (direction, null); }),
        ("all is sent", static direction => { var answer = direction.BeginEnd(); return (direction, answer); }),
        ("a send is cut off", static direction => { direction.Tear(); return (direction, null); }),
        ("stop", static direction => { var answer = direction.Stop(null, bytesUnsent: false); return (direction, answer); }),
        ("stop with a failure", static direction => { var answer = direction.Stop(s_second, bytesUnsent: false); return (direction, answer); }),
        ("stop with a failure, bytes unsent", static direction => { var answer = direction.Stop(s_second, bytesUnsent: true); return (direction, answer); }),
        ("disable", static direction => { direction.Disable(); return (direction, null); }),
    ];

    [Fact]
    public Task ReceiveDirection_EveryInputInEveryState_IsAsVerified()
    {
        var rows =
            from state in Enum.GetValues<ReceiveState>()
            from input in s_receiveInputs
            let outcome = input.Apply(In(state))
            select Row(state, input.Name, outcome.Item1.State, outcome.Item2, outcome.Item1.Failure);

        return Verifier.Verify(string.Join('\n', rows));
    }

    [Fact]
    public Task SendDirection_EveryInputInEveryState_IsAsVerified()
    {
        var rows =
            from state in Enum.GetValues<SendState>()
            from input in s_sendInputs
            let outcome = input.Apply(In(state))
            select Row(state, input.Name, outcome.Item1.State, outcome.Item2, outcome.Item1.Failure);

        return Verifier.Verify(string.Join('\n', rows));
    }

    [Fact]
    public Task Properties_InEveryState_AreAsVerified()
    {
        var rows = Enum.GetValues<ReceiveState>().Select(static state => Properties(In(state)))
            .Concat(Enum.GetValues<SendState>().Select(static state => Properties(In(state))));

        return Verifier.Verify(string.Join('\n', rows));
    }

    private static ReceiveDirection In(ReceiveState state)
    {
        var direction = new ReceiveDirection();
        switch (state)
        {
            case ReceiveState.Transferring: direction.BeginTransfer(); break;
            case ReceiveState.EndReceived: direction.End(bytesUnread: true); break;
            case ReceiveState.EndRead: direction.End(bytesUnread: false); break;
            case ReceiveState.Failed: direction.Fail(s_first); break;
            case ReceiveState.Stopped: direction.Stop(s_first, bytesUnread: false); break;
            case ReceiveState.EndLost: direction.Stop(s_first, bytesUnread: false); direction.End(bytesUnread: false); break;
            case ReceiveState.Unreadable: direction.MarkUnreadable(); break;
        }

        Assert.Equal(state, direction.State);
        return direction;
    }

    private static SendDirection In(SendState state)
    {
        var direction = new SendDirection();
        if (state is SendState.Held or SendState.HeldFinishing)
            direction.Hold();
        if (state is SendState.Finishing or SendState.HeldFinishing or SendState.Ending or SendState.Ended)
            direction.Finish();
        if (state is SendState.Ending or SendState.Ended)
            direction.BeginEnd();
        if (state is SendState.Ended or SendState.Stopped)
            direction.Stop(null, bytesUnsent: false);
        if (state == SendState.Torn)
            direction.Tear();
        if (state == SendState.Lost)
            direction.Stop(s_first, bytesUnsent: true);
        if (state == SendState.Disabled)
            direction.Disable();
        Assert.Equal(state, direction.State);
        return direction;
    }

    private static string Row(object state, string input, object next, bool? answer, Exception? failure) =>
        $"{state,-13} | {input,-33} | {(next.Equals(state) ? "=" : next),-13} | {(answer is null ? "" : answer.Value ? "yes" : "no"),-3} | {failure?.Message}".TrimEnd(' ', '|');

    private static string Properties(ReceiveDirection direction) => Words($"receive {direction.State}",
        (direction.IsOpen, "receives"), (direction.HasEnded, "has ended"), (direction.IsAtEnd, "reads say the end"), (direction.IsStopped, "drops bytes"));

    private static string Properties(SendDirection direction) => Words($"send {direction.State}",
        (direction.CanSend, "sends"), (direction.IsHeld, "is held"), (direction.IsOver, "takes nothing"), (direction.IsFinished, "is finished"));

    private static string Words(string name, params (bool Is, string Word)[] properties)
    {
        var text = new StringBuilder(name.PadRight(22));
        return text.AppendJoin(", ", properties.Where(static property => property.Is).Select(static property => property.Word)).ToString().TrimEnd();
    }
}
