using System.Diagnostics.CodeAnalysis;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.WriteBack.Markers;
using GitOpsBumper.Core.Yaml;

namespace GitOpsBumper.Core.WriteBack.Compose;

/// <summary>A file of Compose, in which the image of a service is one scalar: <c>services.web.image</c>.</summary>
/// <seealso href="https://github.com/compose-spec/compose-spec/blob/main/05-services.md#image"/>
public sealed class ComposeFile
{
    private readonly YamlText _yaml;
    private readonly IReadOnlyList<ComposeService> _services;
    private readonly IReadOnlyList<string> _names;

    private ComposeFile(YamlText yaml, IReadOnlyList<ComposeService> services, IReadOnlyList<string> names)
    {
        _yaml = yaml;
        _services = services;
        _names = names;
    }

    /// <summary>The names that Compose looks for in a folder, in its order: the first that is there counts.</summary>
    /// <seealso href="https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file"/>
    public static IReadOnlyList<string> FileNames { get; } = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

    public string Text => _yaml.Text;

    /// <param name="text">Of the file; null when there is none, which is a problem.</param>
    /// <param name="file">What it says.</param>
    /// <param name="problem">A sentence with the place of the mistake.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out ComposeFile? file, [NotNullWhen(false)] out string? problem)
    {
        file = null;
        if (text is null)
        {
            problem = $"there is no compose file; it is called {string.Join(", ", FileNames.SkipLast(1))} or {FileNames[^1]}, or write-back-target names it as compose:<path>";
            return false;
        }

        if (!YamlText.TryParse(text, out var yaml, out problem))
            return false;
        if (!YamlShape.TryMapping(yaml, yaml.Root, "the compose file", out var root, out problem)
            || !YamlShape.TryMapping(yaml, root?.Find("services"), "services", out var services, out problem))
        {
            return false;
        }

        var entries = (services?.Entries ?? []).Where(entry => entry.Key is YamlNode.Scalar).Select(entry => (Name: ((YamlNode.Scalar)entry.Key).Value, entry.Value)).ToList();
        file = new ComposeFile(yaml, [.. entries.Select(entry => Service(yaml, entry.Name, entry.Value)).OfType<ComposeService>()], [.. entries.Select(entry => entry.Name)]);
        return true;
    }

    /// <summary>Why the version of an image cannot be written here; null: it can.</summary>
    public string? Check(ImagePolicy image)
    {
        var services = Services(image);
        if (image.ComposeService is { } name && !_names.Contains(name, StringComparer.Ordinal))
            return $"there is no service '{name}'; there {There()}";
        if (services.Count == 0)
        {
            return image.ComposeService is { } service
                ? $"service '{service}' has no image of its own that could be set; write its image there"
                : $"no service runs '{image.Image.Name}'; name one with '<alias>.{AnnotationKeys.ComposeService}', or write the image there. There {There()}";
        }

        return services.Select(each => Check(each, image)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>What the services of an image say; empty when none says a version.</summary>
    public IReadOnlyList<WrittenVersion> WrittenVersions(ImagePolicy image) =>
        [.. Services(image).Where(service => service.Version is not null).Select(service => new WrittenVersion(service.Version, service.Text, service.Line))];

    /// <summary>Whether one of the services of an image says no version.</summary>
    public bool HasServiceWithoutVersion(ImagePolicy image) => Services(image).Any(service => service.Version is null);

    /// <summary>Sets the version in every service of an image. The spelling of its name stays.</summary>
    /// <param name="image">By the service that it names, else by its repository.</param>
    /// <param name="version">To be written.</param>
    /// <param name="changed">Equal in its text when nothing changes.</param>
    /// <param name="problem">Why it cannot be done.</param>
    public bool TrySet(ImagePolicy image, ImageVersion version, [NotNullWhen(true)] out ComposeFile? changed, [NotNullWhen(false)] out string? problem)
    {
        changed = null;
        problem = Check(image);
        if (problem is not null)
            return false;
        var services = Services(image);
        var wanted = services.ToDictionary(service => service.Name, service => WrittenImage.Kept(service.Text, image).WithVersion(version).ToString(), StringComparer.Ordinal);
        var text = Text;
        foreach (var service in services.OrderByDescending(service => service.Node.Start))
        {
            if (wanted[service.Name] == service.Text)
                continue;
            var node = new WrittenNode(service.Node, service.Node.Start, service.Node.End, IsKey: false);
            text = YamlSplice.Replace(text, node.ValueStart(Text), node.End, YamlQuoting.Write(wanted[service.Name], ((YamlNode.Scalar)service.Node).Form));
        }

        changed = text == Text ? this : TryRead(text, out var read, out _) && read.IsAsWanted(this, wanted) ? read : null;
        if (changed is null)
            problem = $"line {services[0].Line}: the image of service '{services[0].Name}' is written in a way that cannot be edited safely; write it as 'image: name:tag' on one line";
        return changed is not null;
    }

    private static ComposeService? Service(YamlText yaml, string name, YamlNode value) =>
        (value as YamlNode.Mapping)?.Find("image") is { } node && YamlShape.Text(node) is { Length: > 0 } text ? new ComposeService(name, node, text, YamlShape.Line(yaml.Text, node.Start)) : null;

    private string? Check(ComposeService service, ImagePolicy image)
    {
        if (service.IsInterpolated)
            return $"line {service.Line}: the image of service '{service.Name}' is '{Shortened.Text(service.Text)}', which Compose completes with a variable from elsewhere; write the version itself there";
        if (service.Node is not YamlNode.Scalar scalar || YamlShape.IsShared(_yaml, service.Node))
            return $"line {service.Line}: the image of service '{service.Name}' is shared with other places by an anchor, and would change there too; write it out";
        if (scalar.Form == ScalarForm.Block)
            return $"line {service.Line}: the image of service '{service.Name}' is a block text; write it as 'image: name:tag' on one line";
        return service.Runs(image) ? null : $"line {service.Line}: {WrittenImage.Refusal(service.Text, image)}";
    }

    private List<ComposeService> Services(ImagePolicy image) => [.. _services.Where(service => image.ComposeService is { } name ? service.Name == name : service.Runs(image))];

    private string There() => _names.Count == 0 ? "are no services" : $"are {Shortened.Join(_names)}";

    /// <summary>The last line of defence: what was set is read back, and the other services say what they said.</summary>
    private bool IsAsWanted(ComposeFile before, Dictionary<string, string> wanted) =>
        _names.SequenceEqual(before._names, StringComparer.Ordinal) && _services.Count == before._services.Count
        && _services.Zip(before._services).All(pair => pair.First.Name == pair.Second.Name && pair.First.Text == wanted.GetValueOrDefault(pair.First.Name, pair.Second.Text));
}
