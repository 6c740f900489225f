namespace Net.Async.Namespaces;

/// <summary>What happened to a connection at the services.</summary>
/// <param name="At">When (<see cref="Lines.Now"/>).</param>
/// <param name="Event">accepted, tls, end, reset or failed.</param>
/// <param name="Service">The address that the client connected to.</param>
/// <param name="Port">And the port.</param>
/// <param name="Client">The client's address.</param>
/// <param name="ClientPort">And its port.</param>
public sealed record Served(double At, string Event, string Service, int Port, string Client, int ClientPort);
