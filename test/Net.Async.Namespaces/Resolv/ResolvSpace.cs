namespace Net.Async.Namespaces;

/// <summary>A network, a mount table and a machine's name of their own, in which configurations of the resolver are tried: nothing outside is touched. Ends with its process.</summary>
public sealed class ResolvSpace : IAsyncDisposable
{
    // Nothing that is mounted here is seen elsewhere; the process that follows is the one that stays.
    // getaddrinfo asks only for families of which there is an address beside the loopback's (AI_ADDRCONFIG).
    private const string Enter = """
        set -e
        mount --make-rprivate /
        ip link set lo up
        ip address add 192.0.2.53/32 dev lo
        ip address add fe80::53/64 dev lo nodad
        for file in resolv.conf hosts nsswitch.conf; do touch "$1/$file"; mount --bind "$1/$file" "/etc/$file"; done
        exec dotnet "$2" resolv "$1"
        """;

    private readonly Station _station;
    private readonly DirectoryInfo _files;

    private ResolvSpace(Station station, DirectoryInfo files)
    {
        _station = station;
        _files = files;
    }

    /// <summary>Makes them.</summary>
    /// <exception cref="InvalidOperationException">A program is missing, or the system does not allow it.</exception>
    public static async Task<ResolvSpace> StartAsync()
    {
        var files = Directory.CreateTempSubdirectory("netasync-resolv-");
        try
        {
            var start = Programs.ToStart("unshare", "--net", "--mount", "--uts", "sh", "-c", Enter, "sh", files.FullName, typeof(ResolvSpace).Assembly.Location);
            return new ResolvSpace(await Station.StartAsync(start), files);
        }
        catch
        {
            files.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Lets the system's resolver and ours look the host up, one after the other.</summary>
    public async Task<ResolvResult> PlayAsync(ResolvCase played)
    {
        await _station.TellAsync(played);
        return _station.Take<ResolvResult>().Single();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _station.DisposeAsync();
        _files.Delete(recursive: true);
    }
}
