using Microsoft.Extensions.Configuration;

namespace Net.Async;

/// <summary>Reads the values of one section into options, and collects every problem with its path and its value.</summary>
/// <remarks>Written out instead of bound by reflection: it needs no code that a trimmer removes, and a key that no option has is an error.</remarks>
internal sealed class SectionReader(IConfigurationSection section, List<string> problems)
{
    private readonly List<string> _known = [];

    /// <summary>Reads a value that must be there where its key is.</summary>
    public void Value<T>(string key, ValueText<T> text, Action<T> set)
    {
        if (Find(key) is { } value)
            Set(value, text, set);
    }

    /// <summary>Reads a value for which nothing (JSON's null, or an empty text) means none.</summary>
    public void Optional<T>(string key, ValueText<T> text, Action<T?> set)
        where T : struct
    {
        if (Find(key) is not { } value)
            return;
        if (IsNothing(value))
            set(null);
        else
            Set(value, text, one => set(one));
    }

    /// <summary>Reads a part with keys of its own.</summary>
    public void Part(string key, Action<SectionReader> read)
    {
        if (Find(key) is not { } value)
            return;
        if (!string.IsNullOrEmpty(value.Value))
        {
            problems.Add($"{value.Path} is '{value.Value}': it has keys of its own, and no value.");
            return;
        }

        var part = new SectionReader(value, problems);
        read(part);
        part.End();
    }

    /// <summary>Reads a part that may be none.</summary>
    public void OptionalPart<T>(string key, Func<SectionReader, T?> read, Action<T?> set)
        where T : class
    {
        if (Find(key) is { } value && IsNothing(value))
            set(null);
        else
            Part(key, part => set(read(part)));
    }

    /// <summary>Reads an array of texts, or one text.</summary>
    public IReadOnlyList<IConfigurationSection> Texts(string key) => Find(key) switch
    {
        null => [],
        { Value: { Length: > 0 } } one => [one],
        var several => [.. several.GetChildren()],
    };

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Sets what was read; an option that refuses it is a problem with the value.</summary>
    public void Try(IConfigurationSection value, Action set)
    {
        try
        {
            set();
        }
        catch (ArgumentException exception)
        {
            Problem(value, Sentence(exception));
        }
    }

    /// <summary>Adds what is wrong with a value.</summary>
    public void Problem(IConfigurationSection value, string problem) => problems.Add($"{value.Path} is '{value.Value}': {problem}");

    /// <summary>Adds what is wrong with the section as a whole.</summary>
    public void Problem(string problem) => problems.Add($"{section.Path}: {problem}");

    /// <summary>Every key that nothing has asked for is a mistake: a limit with a typing error in its name would be none.</summary>
    public void End()
    {
        foreach (var child in section.GetChildren().Where(child => !_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            problems.Add($"{child.Path} is no setting; there are {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
    }

    private static bool IsNothing(IConfigurationSection value) => string.IsNullOrEmpty(value.Value) && !value.GetChildren().Any();

    private IConfigurationSection? Find(string key)
    {
        if (!_known.Contains(key))
            _known.Add(key);
        return section.GetChildren().FirstOrDefault(child => string.Equals(child.Key, key, StringComparison.OrdinalIgnoreCase));
    }

    private void Set<T>(IConfigurationSection value, ValueText<T> text, Action<T> set)
    {
        if (value.Value is null || !text.TryRead(value.Value, out var read))
        {
            Problem(value, $"it must be {text.Form}.");
            return;
        }

        Try(value, () => set(read));
    }

    // Without the lines that name the parameter and the value again.
    private static string Sentence(ArgumentException exception)
    {
        var end = exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }
}
