//! .NET: project files, `Directory.Packages.props` and the older `packages.config`.

use super::xml;
use super::{Ecosystem, Sink};

pub(super) fn project(text: &str, sink: &mut Sink<'_>) -> Result<(), String> {
    let for_tests = text.contains("Microsoft.NET.Test.Sdk") || text.contains("<IsTestProject>true");
    xml::walk(text, &["PackageReference", "PackageVersion"], &mut |element, _| {
        let (name, development) = match element.name.as_str() {
            "PackageReference" | "PackageVersion" | "GlobalPackageReference" => (
                element.attribute("Include").or_else(|| element.attribute("Update")),
                for_tests
                    || element.child("PrivateAssets").or_else(|| element.attribute("PrivateAssets")) == Some("all"),
            ),
            "package" => (element.attribute("id"), element.attribute("developmentDependency") == Some("true")),
            _ => return,
        };
        let version = element.attribute("Version").or_else(|| element.child("Version"));
        let version = version.or_else(|| element.attribute("VersionOverride")).unwrap_or_default();
        let version = if version.contains('$') { "" } else { version };
        sink.add_at(Ecosystem::Nuget, name.unwrap_or_default(), version, element.offset, development);
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, row};
    use super::*;

    #[test]
    fn references_of_all_sorts() {
        let text = "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<ItemGroup>\n<PackageReference Include=\"GovUk.Frontend.AspNetCore\" Version=\"2.0\" />\n<PackageReference Include=\"StyleCop.Analyzers\"><Version>1.1</Version><PrivateAssets>all</PrivateAssets></PackageReference>\n</ItemGroup>\n</Project>";
        let expected = [row("govuk.frontend.aspnetcore", "2.0", 3, false), row("stylecop.analyzers", "1.1", 4, true)];
        assert_eq!(read(text, project), expected);
        let text = "<packages>\n  <package id=\"NUnit\" version=\"3.1\" />\n</packages>";
        assert_eq!(read(text, project), [row("nunit", "3.1", 2, false)]);
        assert!(project("<Project><a>", &mut Sink::new("")).is_err());
        assert!(project(&"<a>".repeat(100_000), &mut Sink::new("")).is_err());
    }
}
