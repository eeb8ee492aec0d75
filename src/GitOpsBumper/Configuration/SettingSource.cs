using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Configuration;

/// <summary>A text that settings name: a file, read anew each time, or the value of a config map itself.</summary>
internal abstract record SettingSource
{
    private SettingSource()
    {
    }

    /// <summary>For messages.</summary>
    public abstract string Name { get; }

    /// <param name="text">All of it.</param>
    /// <param name="problem">A sentence that names the source.</param>
    public abstract bool TryRead([NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem);

    public sealed record InFile(string Path) : SettingSource
    {
        public override string Name => Path;

        public override bool TryRead([NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem) => SettingsText.TryRead(Path, out text, out problem);
    }

    /// <param name="Key">Of the config map.</param>
    /// <param name="Text">Its value.</param>
    public sealed record InConfigMap(string Key, string Text) : SettingSource
    {
        public override string Name => $"'{Key}' of the config map";

        public override bool TryRead([NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? problem)
        {
            text = Text;
            problem = null;
            return true;
        }
    }
}
