using System.Net.NetworkInformation;

namespace Net.Async;

/// <summary>A number that changes with this machine's addresses: what was learnt of one network says nothing of the next.</summary>
/// <remarks>Listening begins with the first question: it costs a socket and a thread of the base class library. One for the process, which roots no connector.</remarks>
internal static class NetworkEpoch
{
    private static readonly Lazy<bool> s_listening = new(Listen);
    private static long s_epoch;

    public static long Current
    {
        get
        {
            _ = s_listening.Value;
            return Interlocked.Read(ref s_epoch);
        }
    }

    private static bool Listen()
    {
        try
        {
            NetworkChange.NetworkAddressChanged += static (_, _) => Interlocked.Increment(ref s_epoch);
            NetworkChange.NetworkAvailabilityChanged += static (_, _) => Interlocked.Increment(ref s_epoch);
            return true;
        }
        catch (NetworkInformationException)
        {
            // Without descriptors or permission no notice comes: what is remembered ends with its lifetime only.
            return false;
        }
    }
}
