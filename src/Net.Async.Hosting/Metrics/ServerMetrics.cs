using System.Diagnostics.Metrics;

namespace Net.Async;

/// <summary>The instruments of hosted servers, made by the host's meter factory: each measurement has the name of its server.</summary>
/// <remarks>The core's own meter is the process's, has addresses and no names, and counts servers outside of the host too.</remarks>
internal sealed class ServerMetrics
{
    public const string ServerName = "netasync.server.name";

    public ServerMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(HostingDiagnosticNames.Meter);
        Active = meter.CreateUpDownCounter<long>("netasync.hosting.active_connections", "{connection}", "Connections that are open now.");
        Accepted = meter.CreateCounter<long>("netasync.hosting.accepted", "{connection}", "Connections that were let in.");
        Denied = meter.CreateCounter<long>("netasync.hosting.denied", "{connection}", "Clients that the policy has denied.");
        Dropped = meter.CreateCounter<long>("netasync.hosting.dropped", "{connection}", "Clients turned away because a limit of the server was reached, by limit.");
        UpgradeErrors = meter.CreateCounter<long>("netasync.hosting.upgrade.errors", "{error}", "Upgrades of clients that failed.");
        Limits = meter.CreateCounter<long>("netasync.hosting.limits", "{connection}", "Connections that a limit of their own has ended, by limit.");
        HandlerDuration = meter.CreateHistogram<double>("netasync.hosting.handler.duration", "s", "From the start of a handler to its end; with error.type when it failed.");
    }

    public UpDownCounter<long> Active { get; }

    public Counter<long> Accepted { get; }

    public Counter<long> Denied { get; }

    public Counter<long> Dropped { get; }

    public Counter<long> UpgradeErrors { get; }

    public Counter<long> Limits { get; }

    public Histogram<double> HandlerDuration { get; }
}
