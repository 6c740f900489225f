using System.Net.Sockets;

namespace Net.Async;

/// <summary>Which family of a host was silent lately while the other one answered: it goes second for a while, and is still tried.</summary>
internal sealed class FamilyHealth(RecentMap<(string Host, int Port), AddressFamily> silent)
{
    /// <summary>The family to prefer: the usual one, or the other when that was silent lately.</summary>
    public AddressFamily Prefer(string host, int port, AddressFamily usual) =>
        silent.TryGet((host, port), out var family) && family == usual ? Other(usual) : usual;

    /// <summary>It was silent for its whole delay, and the other family has won.</summary>
    public void WasSilent(string host, int port, AddressFamily family) => silent.Set((host, port), family);

    /// <summary>It has answered: whatever was held against it is over.</summary>
    public void Answered(string host, int port, AddressFamily family)
    {
        if (silent.TryGet((host, port), out var held) && held == family)
            silent.Remove((host, port));
    }

    public static AddressFamily Other(AddressFamily family) =>
        family == AddressFamily.InterNetwork ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
}
