namespace Net.Async;

/// <summary>What the accept loops of one server share.</summary>
/// <param name="Demand">How many clients are asked for.</param>
/// <param name="Limit">Whether there is room.</param>
/// <param name="Upgrades">Whether one client more may be upgraded.</param>
/// <param name="Intake">Where the clients go.</param>
/// <param name="Notices">Gets shortages.</param>
/// <param name="Options">The clock of the pauses, and how many clients may wait in the kernel.</param>
internal sealed record AcceptPipeline(Demand Demand, ConnectionLimit Limit, UpgradeStage Upgrades, ClientIntake Intake, ServerNotices Notices, ServerOptions Options);
