using System.Net.Sockets;

namespace Net.Async.Tests.Io;

public class ToldErrorTests
{
    private const byte Established = 1, FinWait1 = 4, FinWait2 = 5, TimeWait = 6, Closed = 7, CloseWait = 8, LastAck = 9;

    [Theory]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.TimedOut)]
    [InlineData(SocketError.HostUnreachable)]
    public void AtEnd_ErrorWasTold_IsTheErrorAgainAndAgain(SocketError error)
    {
        var told = new ToldError();
        Assert.Equal(error, told.Note(error));

        Assert.Equal(TransportResult.Of(error), AtEnd(ref told, CloseWait));
        Assert.Equal(TransportResult.Of(error), AtEnd(ref told, Closed));
        Assert.Equal(error, told.Error);
    }

    // None of these was taken out of the kernel.
    [Theory]
    [InlineData(SocketError.Success)]
    [InlineData(SocketError.WouldBlock)]
    [InlineData(SocketError.Shutdown)]
    [InlineData(SocketError.OperationAborted)]
    public void AtEnd_NoErrorWasTold_IsTheEnd(SocketError said)
    {
        var told = new ToldError();
        Assert.Equal(said, told.Note(said));

        Assert.Equal(TransportResult.Of(0), AtEnd(ref told, Closed));
        Assert.Equal(SocketError.Success, told.Error);
    }

    [Fact]
    public void AtEnd_NoSendIsUnderWay_AsksNothing()
    {
        var told = new ToldError();
        told.BeginSend();
        told.EndSend(SocketError.Success);

        Assert.Equal(TransportResult.Of(0), told.AtEnd(0, static _ => throw new InvalidOperationException("asked")));
    }

    [Theory]
    [InlineData(Established)]
    [InlineData(CloseWait)]
    public void AtEnd_SendIsUnderWayAndTheSocketIsOpen_IsTheEnd(byte state)
    {
        var told = new ToldError();
        told.BeginSend();

        Assert.Equal(TransportResult.Of(0), AtEnd(ref told, state));
    }

    [Fact]
    public void AtEnd_SendIsUnderWayAndTheSocketIsClosed_IsAReset()
    {
        var told = new ToldError();
        told.BeginSend();

        Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), AtEnd(ref told, Closed));
        told.EndSend(SocketError.Success);
        Assert.Equal(TransportResult.Of(SocketError.ConnectionReset), AtEnd(ref told, Closed));
    }

    // The send that was under way ends while the socket is looked at.
    [Fact]
    public void AtEnd_SendEndsDuringTheLook_IsItsError()
    {
        var told = new ToldError[1];
        told[0].BeginSend();

        var end = told[0].AtEnd(told, static told =>
        {
            told[0].EndSend(SocketError.TimedOut);
            return new TcpInformation([Closed]);
        });

        Assert.Equal(TransportResult.Of(SocketError.TimedOut), end);
    }

    [Fact]
    public void AtEnd_ErrorComesAfterTheEndWasTold_StaysTheEnd()
    {
        var told = new ToldError();
        Assert.Equal(TransportResult.Of(0), AtEnd(ref told, CloseWait));
        told.BeginSend();
        Assert.Equal(TransportResult.Of(0), AtEnd(ref told, Closed));
        told.EndSend(SocketError.TimedOut);

        Assert.Equal(TransportResult.Of(0), AtEnd(ref told, Closed));
    }

    [Theory]
    [InlineData(Established, false)]
    [InlineData(FinWait1, false)]
    [InlineData(FinWait2, true)]
    [InlineData(TimeWait, true)]
    [InlineData(Closed, false)]
    [InlineData(CloseWait, false)]
    [InlineData(LastAck, false)]
    public void TcpInformation_State_SaysWhetherOurFinHasArrived(byte state, bool hasArrived)
    {
        Span<byte> info = stackalloc byte[TcpInformation.Length];
        info[0] = state;
        var information = new TcpInformation(info);

        Assert.Equal(hasArrived, information.HasFinArrived);
        Assert.Equal(state == Closed, information.IsClosed);
        // A reset empties the queue that this looks at.
        Assert.Equal(state != Closed, information.HasNothingUnderWay);
    }

    [Fact]
    public void TcpInformation_NothingIsKnown_WaitsForNothing()
    {
        Assert.True(default(TcpInformation).HasFinArrived);
        Assert.False(default(TcpInformation).IsClosed);
    }

    private static TransportResult AtEnd(ref ToldError told, byte state) => told.AtEnd(state, static state => new TcpInformation([state]));
}
