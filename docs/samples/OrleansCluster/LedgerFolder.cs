using System.Globalization;

namespace OrleansCluster;

/// <summary>The files of all ledgers. Silos on several machines would have a database here.</summary>
public sealed class LedgerFolder(string path)
{
    public LedgerFile Open(long key) => new(Path.Combine(path, key.ToString(CultureInfo.InvariantCulture)));

    /// <summary>How many calls are recorded, and how many of them more than once, by the files alone.</summary>
    public (int Different, int Twice) Count()
    {
        var all = Directory.EnumerateFiles(path).SelectMany(LedgerFile.Read).ToList();
        var different = all.Distinct().Count();
        return (different, all.Count - different);
    }
}
