namespace GitOpsBumper.Core.WriteBack.Overrides;

/// <summary>One of the lists that an override file may hold.</summary>
/// <param name="Section">The key in the file.</param>
/// <param name="Field">The key of the list in the section.</param>
/// <param name="Noun">What an item is called in sentences.</param>
/// <param name="IsOfTexts">An item is a text, from which its name is read; otherwise it is a mapping of name and value.</param>
internal sealed record ListForm(string Section, string Field, string Noun, bool IsOfTexts)
{
    public static ListForm HelmParameters { get; } = new("helm", "parameters", "parameter", IsOfTexts: false);

    public static ListForm KustomizeImages { get; } = new("kustomize", "images", "image", IsOfTexts: true);

    public static ListForm PluginEnv { get; } = new("plugin", "env", "variable", IsOfTexts: false);

    /// <summary>For messages: <c>helm.parameters</c>.</summary>
    public string Path => $"{Section}.{Field}";

    /// <summary>By which items of the file and of the Application are the same one.</summary>
    public static string NameOfText(string text) => KustomizeImage.Parse(text).Name;
}

/// <summary>What an item of such a list is to say.</summary>
/// <param name="Name">By which it is found.</param>
/// <param name="Value">Of a list of texts, the whole text.</param>
/// <param name="ForceString">Whether Helm is told that the value is a string.</param>
internal sealed record ListItem(string Name, string Value, bool ForceString = false)
{
    public static ListItem OfText(string text) => new(ListForm.NameOfText(text), text);
}
