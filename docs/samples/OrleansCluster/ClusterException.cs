namespace OrleansCluster;

/// <summary>A process of the cluster did not do what it should.</summary>
internal sealed class ClusterException(string message) : Exception(message);
