namespace Net.Async;

/// <summary>The types of record that mean something here; 0 is none.</summary>
internal enum RecordType : ushort
{
    None = 0,
    A = 1,
    Alias = 5,
    StartOfAuthority = 6,
    Aaaa = 28,
    Opt = 41,
}
