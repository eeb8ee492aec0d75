using GitOpsBumper.Core;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.ImageUpdaters;
using GitOpsBumper.Core.Selection;

namespace GitOpsBumper.Adapters.Manifests;

/// <summary>A resource of Argo CD Image Updater. Whatever is in it, it is read: mistakes are part of what it says.</summary>
internal static class ImageUpdaterManifest
{
    private static readonly string[] SpecFields = ["namespace", "applicationRefs", "commonUpdateSettings", "writeBackConfig", "imagesVerification"];
    private static readonly string[] ReferenceFields = ["namePattern", "labelSelectors", "useAnnotations", "images", "commonUpdateSettings", "writeBackConfig", "imagesVerification"];
    private static readonly string[] ImageFields = ["alias", "imageName", "commonUpdateSettings", "manifestTargets", "imagesVerification"];

    public static ImageUpdaterResource Read(ManifestNode document, NamespacedName name)
    {
        var (mistakes, ownMistakes) = (new List<ResourceMistake>(), new List<ResourceMistake>());
        if (document["spec"] is null)
            mistakes.Add(new ResourceMistake("spec", "", "'spec' is missing; it has to be there"));
        var spec = new ResourceFields(document["spec"], "spec", mistakes);
        spec.Expect(SpecFields);
        var references = spec.Items("applicationRefs").Select((item, index) => Reference(new ResourceFields(item, $"spec.applicationRefs[{index}]", mistakes), mistakes)).OfType<ApplicationReference>().ToList();
        if (references.Count == 0 && !mistakes.Exists(mistake => mistake.Stops))
            mistakes.Add(new ResourceMistake("spec.applicationRefs", "", "the resource refers to no Applications; at least one reference has to be there"));
        return new ImageUpdaterResource
        {
            Name = name,
            Uid = document["metadata"]?["uid"]?.Text ?? "",
            Generation = long.TryParse(document["metadata"]?["generation"]?.Text, out var generation) ? generation : 0,
            Namespace = spec.Text("namespace") is { Length: > 0 } other ? other : name.Namespace,
            Level = new SettingsLevel([.. Level(spec, ownMistakes)], ownMistakes),
            References = references,
            Mistakes = mistakes,
        };
    }

    /// <param name="spec">Of the resource, or a reference.</param>
    /// <param name="mistakes">Of settings.</param>
    private static IEnumerable<ResourceSetting> Level(ResourceFields spec, List<ResourceMistake> mistakes)
    {
        var writeBack = spec.Below("writeBackConfig", mistakes);
        var git = writeBack.Below("gitConfig");
        writeBack.Expect(["method", "gitConfig"]);
        git.Expect([.. ImageUpdaterFields.GitConfig.Select(field => field.Name), "pullRequest"]);
        IEnumerable<ResourceSetting> settings =
            [.. Common(spec, mistakes), .. writeBack.Settings(ImageUpdaterFields.WriteBackConfig), .. git.Settings(ImageUpdaterFields.GitConfig)];
        return [.. settings, .. git.Has("pullRequest") ? PullRequest(git.Below("pullRequest"), mistakes) : []];
    }

    /// <summary>The forge is said by which field is there.</summary>
    private static IEnumerable<ResourceSetting> PullRequest(ResourceFields fields, List<ResourceMistake> mistakes)
    {
        fields.Expect([.. ImageUpdaterFields.Forges, .. ImageUpdaterFields.PullRequest.Select(field => field.Name)]);
        var forges = ImageUpdaterFields.Forges.Where(fields.Has).ToList();
        if (forges.Count != 1)
            mistakes.Add(new ResourceMistake(fields.Path, "", $"{(forges.Count == 0 ? "none" : "both")} of {string.Join(" and ", ImageUpdaterFields.Forges)} {(forges.Count == 0 ? "is" : "are")} there; allowed is one of them"));
        return fields.Settings(ImageUpdaterFields.PullRequest).Prepend(new ResourceSetting(AnnotationKeys.PullRequest, forges.Count == 1 ? forges[0] : "true", fields.Path));
    }

    /// <summary>What an image may have too.</summary>
    private static IEnumerable<ResourceSetting> Common(ResourceFields owner, List<ResourceMistake> mistakes)
    {
        var common = owner.Below("commonUpdateSettings", mistakes);
        common.Expect(ImageUpdaterFields.CommonUpdateSettings.Select(field => field.Name));
        var verification = owner.Below("imagesVerification", mistakes);
        verification.Expect(["enabled", "cosignKey"]);
        var settings = common.Settings(ImageUpdaterFields.CommonUpdateSettings);
        return verification.IsThere
            ? settings.Append(new ResourceSetting(ImageUpdaterFields.ImagesVerification, verification.Flag("enabled") == false ? "false" : "true", owner.PathOf("imagesVerification")))
            : settings;
    }

    /// <summary>Null when nobody can tell which Applications it means; that is a mistake of the resource.</summary>
    private static ApplicationReference? Reference(ResourceFields fields, List<ResourceMistake> mistakes)
    {
        if (!fields.IsThere)
            return null;
        var before = mistakes.Count;
        var pattern = fields.Required("namePattern");
        GlobPattern? glob = null;
        if (mistakes.Count == before && (!GlobPattern.TryParse(pattern, out glob, out var problem) || pattern.Length == 0))
            mistakes.Add(new ResourceMistake(fields.PathOf("namePattern"), Shortened.Text(pattern), glob is null ? problem! : "the pattern is empty; '*' selects all"));
        var (labels, count) = Labels(fields, mistakes);
        var usesAnnotations = fields.Flag("useAnnotations") == true;
        if (glob is null)
            return null;
        var own = new List<ResourceMistake>();
        fields.With(own).Expect(ReferenceFields);
        var images = usesAnnotations ? [] : Images(fields, own);
        var settings = usesAnnotations ? [] : Level(fields, own).ToList();
        return new ApplicationReference(fields.Path, glob) { Labels = labels, LabelCount = count, UsesAnnotations = usesAnnotations, Images = images, Level = new SettingsLevel(settings, own) };
    }

    private static (LabelSelector? Labels, int? Count) Labels(ResourceFields reference, List<ResourceMistake> mistakes)
    {
        if (!reference.Has("labelSelectors"))
            return (null, null);
        var selectors = reference.Below("labelSelectors");
        // Without what was meant by it more would be selected.
        selectors.Expect(["matchLabels", "matchExpressions"], stops: true);
        var required = selectors.Below("matchLabels").Pairs().Select(pair => new LabelRequirement(pair.Key, "In", [pair.Value]))
            .Concat(selectors.Items("matchExpressions").Select((item, index) =>
            {
                var expression = new ResourceFields(item, $"{selectors.PathOf("matchExpressions")}[{index}]", mistakes);
                return new LabelRequirement(expression.Required("key"), expression.Required("operator"), expression.Texts("values"));
            }))
            .ToList();
        if (!LabelSelector.TryCombine(required, out var labels, out var problem))
            mistakes.Add(new ResourceMistake(reference.PathOf("labelSelectors"), "", problem));
        return (labels, required.Count);
    }

    private static List<ReferencedImage> Images(ResourceFields reference, List<ResourceMistake> mistakes)
    {
        var path = reference.PathOf("images");
        var before = mistakes.Count;
        var items = reference.With(mistakes).Items("images");
        if (items.Count == 0 && mistakes.Count == before)
            mistakes.Add(new ResourceMistake(path, "", "the reference has no images; allowed is at least one image, or 'useAnnotations: true'"));
        return [.. items.Select((item, index) => Image(item, $"{path}[{index}]"))];
    }

    private static ReferencedImage Image(ManifestNode item, string path)
    {
        var mistakes = new List<ResourceMistake>();
        var image = new ResourceFields(item, path, mistakes);
        image.Expect(ImageFields);
        var targets = image.Below("manifestTargets");
        targets.Expect(["helm", "kustomize", "plugin"]);
        var (helm, kustomize) = (targets.Below("helm"), targets.Below("kustomize"));
        helm.Expect(ImageUpdaterFields.Helm.Select(field => field.Name));
        kustomize.Expect(ImageUpdaterFields.Kustomize.Select(field => field.Name));
        if (targets.Has("plugin"))
            mistakes.Add(new ResourceMistake(targets.PathOf("plugin"), "", "images of config management plugins are not supported by this version; allowed are helm and kustomize"));
        if (helm.IsThere && kustomize.IsThere)
            mistakes.Add(new ResourceMistake(image.PathOf("manifestTargets"), "", "both helm and kustomize are there; allowed is one of them"));
        if (kustomize.IsThere)
            kustomize.Required("name");
        List<ResourceSetting> settings = [.. Common(image, mistakes), .. helm.Settings(ImageUpdaterFields.Helm), .. kustomize.Settings(ImageUpdaterFields.Kustomize)];
        return new ReferencedImage(image.Required("alias"), image.Required("imageName"), path) { Level = new SettingsLevel(settings, mistakes) };
    }
}
