using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One question to one name server, once: without EDNS when it refuses that, and over TCP when the answer did not fit into a datagram.</summary>
/// <param name="server">The name server.</param>
/// <param name="list">How it is asked.</param>
/// <param name="options">The limits.</param>
/// <param name="memory">What is known of the server.</param>
/// <param name="mayGoOn">Asked before anything is sent.</param>
internal sealed class Exchange(IPEndPoint server, ServerList list, DnsStubResolverOptions options, ServerMemory memory, Func<bool> mayGoOn)
{
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOverTcp = list.UseTcp;
    private bool _isAnswered;
    private bool _isAskedWithEdns;

    /// <summary>Completes when the question is on the wire, or never will be.</summary>
    public Task Sent => _sent.Task;

    /// <summary>What the name server says, or how it fails; null when it is not asked any more. The socket is closed by then.</summary>
    /// <exception cref="OperationCanceledException">The token has fired: nothing more is sent, and nothing is awaited.</exception>
    public async Task<Answer?> AskAsync(Question question, CancellationToken cancellationToken)
    {
        var started = options.TimeProvider.GetTimestamp();
        using var late = new CancellationTokenSource(list.Timeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var message = await ConverseAsync(question, either.Token).ConfigureAwait(false);
            return message is null ? null : Read(message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Missing(FailureKind.Silent, string.Create(CultureInfo.InvariantCulture, $"did not answer{OverTcp} within {list.Timeout.TotalSeconds} s"), started);
        }
        catch (SocketException exception)
        {
            return Missing(FailureKind.Unreachable, $"is not reached{OverTcp} ({exception.SocketErrorCode})", started, IsOfTheServer(exception.SocketErrorCode));
        }
        catch (EndOfStreamException)
        {
            return Failed(FailureKind.NoAnswer, "closed the TCP connection without an answer");
        }
        catch (MalformedMessageException exception)
        {
            return Failed(FailureKind.NoAnswer, $"answered{OverTcp} what cannot be read", detail: exception.Message);
        }
    }

    /// <summary>Nothing more will be sent.</summary>
    public void End() => _sent.TrySetResult();

    private string OverTcp => _isOverTcp ? " over TCP" : "";

    private async Task<AnswerMessage?> ConverseAsync(Question question, CancellationToken cancellationToken)
    {
        var (useEdns, findsOut) = memory.ClaimEdns(server);
        _isAskedWithEdns = useEdns;
        bool? doesEdns = null;
        try
        {
            while (true)
            {
                if (!mayGoOn())
                    return null;
                var message = await AskOnceAsync(new QueryMessage(question, useEdns ? options.Edns.DatagramSize : 0, list.WantsAuthentic), cancellationToken).ConfigureAwait(false);
                if (useEdns && message.RefusesEdns)
                {
                    useEdns = false;
                }
                else if (message.IsTruncated && !_isOverTcp && options.UseTcpFallback)
                {
                    _isOverTcp = true;
                }
                else
                {
                    // One that answers the same without EDNS has something else against the question.
                    doesEdns = useEdns ? true : _isAskedWithEdns && !message.RefusesEdns ? false : null;
                    if (!_isAskedWithEdns)
                        memory.NotePlainAnswer(server);
                    return message;
                }
            }
        }
        finally
        {
            if (_isAskedWithEdns)
                memory.NoteEdns(server, doesEdns, findsOut);
        }
    }

    private async Task<AnswerMessage> AskOnceAsync(QueryMessage query, CancellationToken cancellationToken)
    {
        Transfer transfer = _isOverTcp ? new StreamTransfer(server) : new DatagramTransfer(server);
        using (transfer)
        {
            await transfer.SendAsync(query, cancellationToken).ConfigureAwait(false);
            _sent.TrySetResult();
            while (true)
            {
                // What answers another query, a late answer or a forged one, does not end the wait for ours.
                var bytes = await transfer.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                NoteAnswer();
                if (AnswerMessage.Open(query, bytes) is { } message)
                    return message;
                if (_isOverTcp)
                    throw new MalformedMessageException("The answer is to another query.");
            }
        }
    }

    private Answer Read(AnswerMessage message)
    {
        if (message.IsTruncated && !_isOverTcp)
            return Failed(FailureKind.NoAnswer, "answered with a part of the answer");
        if (message.IsLame)
            return Failed(FailureKind.NoAnswer, "knows nothing of the name and does not ask others for it");
        if (message.Code is not (ResponseCode.NoError or ResponseCode.NoSuchName))
            return Coded(message);
        var answer = message.Read(options);
        return message.IsTruncated && answer is { Failure: null, Addresses.Count: 0 } ? Failed(FailureKind.NoAnswer, "answered over TCP with a part of the answer, without an address in it") : answer;
    }

    private Answer Coded(AnswerMessage message)
    {
        var why = message.Explanation is { } explanation ? $" ({explanation})" : "";
        var says = ResponseCode.MayPass(message.Code) ? SocketError.TryAgain : SocketError.NoRecovery;
        return Answer.Failed(new Failure(ConnectionError.LookupFailed, $"{NetEndPoint.Format(server)} answered{OverTcp} {ResponseCode.Name(message.Code)}{why}", says)
        {
            Kind = message.Code == ResponseCode.ServerFailure ? FailureKind.ServerFailure : FailureKind.NoAnswer,
        });
    }

    private void NoteAnswer()
    {
        _isAnswered = true;
        memory.NoteAnswer(server);
    }

    // A shortage of this machine's says nothing about the server.
    private static bool IsOfTheServer(SocketError error) => error is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.TimedOut
        or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkDown;

    private Answer Missing(FailureKind kind, string what, long started, bool isOfTheServer = true)
    {
        if (!_isAnswered && isOfTheServer)
            memory.NoteSilence(server, started, what);
        if (!_isAnswered && _isAskedWithEdns && kind == FailureKind.Silent)
            memory.NoteSilenceToEdns(server);
        return Failed(_isAnswered ? FailureKind.NoAnswer : kind, what, kind == FailureKind.Silent ? ConnectionError.TimedOut : ConnectionError.LookupFailed);
    }

    private Answer Failed(FailureKind kind, string what, ConnectionError error = ConnectionError.LookupFailed, string? detail = null) =>
        Answer.Failed(new Failure(error, $"{NetEndPoint.Format(server)} {what}", SocketError.TryAgain) { Kind = kind, Detail = detail });
}
