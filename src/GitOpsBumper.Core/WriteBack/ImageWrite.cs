using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Core.WriteBack;

/// <summary>A version to be written for an image.</summary>
public sealed record ImageWrite(ImagePolicy Image, ImageVersion Version);
