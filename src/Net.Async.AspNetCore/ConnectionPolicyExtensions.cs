using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Net.Async;

/// <summary>Policies for the clients of any transport of Kestrel's.</summary>
public static class ConnectionPolicyExtensions
{
    /// <summary>Asks the policy about every client, and aborts a connection that it denies. Call it before <c>UseHttps</c>: a client that is denied then costs no handshake.</summary>
    /// <remarks>
    /// For those who keep Kestrel's own transport, which has accepted the client by then; on the transport of Net.Async <see cref="ServerOptions.Policy"/> judges before anything is made for the client.
    /// A change of a list applies to the next client. A policy that throws has denied. Each denial is logged with the rule (category <c>Net.Async.AspNetCore</c>, id 4).
    /// </remarks>
    /// <param name="builder">The options of an end point (<c>listenOptions</c>), or another pipeline of connections.</param>
    /// <param name="policy">The policy. It judges the client's IP address as IPv4 where it is IPv4; a client of a Unix socket is judged by the path that it has connected to.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentNullException">The builder or the policy is null.</exception>
    public static TBuilder UseConnectionPolicy<TBuilder>(this TBuilder builder, ConnectionPolicy policy)
        where TBuilder : IConnectionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policy);
        var logger = builder.ApplicationServices?.GetService<ILoggerFactory>()?.CreateLogger(TransportLog.Category) ?? NullLogger.Instance;
        builder.Use(next => context =>
        {
            var judged = Judged(context);
            var decision = Judge(policy, judged);
            if (decision.IsAllowed)
                return next(context);
            logger.Denied(context.ConnectionId, judged, decision);
            context.Abort(new ConnectionAbortedException($"{judged} is {decision}."));
            return Task.CompletedTask;
        });
        return builder;
    }

    // As a server does it. A client that comes to an IP address and has none any more has reset already: it is not let in unseen.
    private static EndPoint? Judged(ConnectionContext context) => (context.RemoteEndPoint, context.LocalEndPoint) switch
    {
        (IPEndPoint remote, _) => new IPEndPoint(NetAddress.Unmap(remote.Address), remote.Port),
        (_, IPEndPoint) => null,
        var (_, local) => local,
    };

    private static PolicyDecision Judge(ConnectionPolicy policy, EndPoint? judged)
    {
        if (judged is null)
            return PolicyDecision.Deny("an unknown address");
        try
        {
            return policy.Evaluate(new ConnectionCandidate(judged, ConnectionDirection.Inbound));
        }
        catch (Exception exception)
        {
            // A rule that could not be asked has not allowed anything.
            return PolicyDecision.Deny($"a failure of the policy ({exception.GetType().Name})");
        }
    }
}
