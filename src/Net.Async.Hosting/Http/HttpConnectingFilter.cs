using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>Puts the connector or the guard in, when everything else has set up the chain of handlers: the order of the calls does not matter.</summary>
internal sealed class HttpConnectingFilter(IOptionsMonitor<HttpConnecting> connecting) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return builder =>
        {
            next(builder);
            var (own, every) = (connecting.Get(builder.Name), connecting.Get(HttpConnecting.OfEveryClient));
            // A guard of every client is never lost by a client's own connector; a connector of every client gives way.
            var guard = own.Guard ?? every.Guard;
            var connector = own.Connector ?? (own.Guard is null ? every.Connector : null);
            if (guard is not null && connector is not null)
                throw new InvalidOperationException($"{Client(builder)} has UseConnectionGuard and UseConnector: the guard connects itself. Give it the connector's options.");
            if (guard is not null)
                builder.PrimaryHandler = Guarded(builder, guard(builder.Services));
            if (connector is not null)
                Connected(builder, connector(builder.Services));
        };
    }

    private static GuardedHttpHandler Guarded(HttpMessageHandlerBuilder builder, HappyEyeballsOptions? options)
    {
        var handler = Primary(builder, "UseConnectionGuard");
        try
        {
            return new GuardedHttpHandler(options ?? throw new InvalidOperationException($"The factory of the guard of {Client(builder)} returned null."), handler);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidOperationException($"{Client(builder)} cannot be guarded. {exception.Message}", exception);
        }
    }

    private static void Connected(HttpMessageHandlerBuilder builder, Connector? connector)
    {
        var handler = Primary(builder, "UseConnector");
        if (handler.ConnectCallback is not null)
            throw new InvalidOperationException($"{Client(builder)} has UseConnector, and its primary handler has a {nameof(SocketsHttpHandler.ConnectCallback)} already: only one of them can connect.");
        handler.UseConnector(connector ?? throw new InvalidOperationException($"The factory of the connector of {Client(builder)} returned null."));
    }

    private static SocketsHttpHandler Primary(HttpMessageHandlerBuilder builder, string call) => builder.PrimaryHandler as SocketsHttpHandler
        ?? throw new InvalidOperationException($"{Client(builder)} has {call}, and its primary handler is a {builder.PrimaryHandler.GetType().Name}, which connects by itself: leave ConfigurePrimaryHttpMessageHandler out, or set the handler up with UseSocketsHttpHandler.");

    private static string Client(HttpMessageHandlerBuilder builder) => $"The HttpClient '{builder.Name}'";
}
